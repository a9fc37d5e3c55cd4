"""The label of a place in a narrow column: what is around it gives way, the room stays."""

from django.utils.html import escape
from django.utils.safestring import SafeString

DOT = " · "


def cell(label: str) -> SafeString:
    """`Building · room` in two parts, of which the style cuts the first. Text alone reads as before."""
    around, dot, spot = label.rpartition(DOT)
    if not dot:
        return escape(label)
    return SafeString(
        f'<span class="pl"><span>{escape(around)}</span><i>{dot}</i><span>{escape(spot)}</span></span>'
    )
