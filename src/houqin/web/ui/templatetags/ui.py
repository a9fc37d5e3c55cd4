"""Template tags of the kit; built in, so a page needs no `{% load %}`."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms, template
from django.db import models
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.kernel.money import cents, yuan
from houqin.kernel.quantity import shown
from houqin.web.ui import assets, clocks, fields, nav, people_time, places, status

register = template.Library()
NOTHING = "—"
_PERSONAL = 7


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite, by its Tabler name; list it in frontend/src/icons.txt."""
    return assets.icon(name)


@register.simple_tag
def front_end() -> SafeString:
    """Stylesheet and script of the page."""
    return assets.head_tags()


@register.simple_tag
def icon_sprite() -> str:
    """Address of the icon sprite."""
    return assets.sprite_url()


@register.simple_tag
def status_badge(
    row: models.Model | str,
    kind: str = "",
    fill: bool = False,  # noqa: FBT001, FBT002 — a template passes it by name
    note: str = "",
) -> SafeString:
    """State of a row: `{% status_badge order %}` in a cell, with `fill=True` in a title."""
    return status.badge(row, kind=kind, fill=fill, note=note)


@register.simple_tag
def clock_chip(reading: clocks.Clock | dt.datetime | None) -> SafeString | str:
    """A `Clock`, or an instant that a clock runs to."""
    if reading is None:
        return format_html('<span class="soft">{}</span>', NOTHING)
    return clocks.chip(clocks.running(reading) if isinstance(reading, dt.datetime) else reading)


@register.simple_tag
def counting(until: dt.datetime) -> SafeString:
    """How long is left of minutes that run out, to the second."""
    return clocks.counting(until)


@register.simple_tag
def priority(value: str) -> SafeString:
    """Bars and word of a priority."""
    return status.priority(value)


def _instant(instant: dt.datetime | None, text: str) -> SafeString | str:
    if instant is None:
        return NOTHING
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', instant.isoformat(), people_time.exact(instant), text
    )


@register.simple_tag
def when(instant: dt.datetime | None) -> SafeString | str:
    """`today 14:20`, with the exact instant on hover."""
    return _instant(instant, people_time.when(instant) if instant else "")


@register.simple_tag
def ago(instant: dt.datetime | None) -> SafeString | str:
    """`12 min ago`, with the exact instant on hover."""
    return _instant(instant, people_time.ago(instant) if instant else "")


@register.simple_tag
def stamp(instant: dt.datetime | None) -> SafeString | str:
    """`14:20` for today, otherwise with the day; the exact instant on hover."""
    return _instant(instant, people_time.stamp(instant) if instant else "")


@register.filter
def place_cell(label: str) -> SafeString:
    """The label of a place in a table's cell: cut at the building, never at the room."""
    return places.cell(label)


@register.filter
def span(minutes: int | None) -> str:
    """`2 h 10 min` for 130."""
    return NOTHING if minutes is None else people_time.span(int(minutes))


@register.filter
def work_span(minutes: int | None) -> str:
    """Minutes of working time as people say them, never as days."""
    return NOTHING if minutes is None else people_time.work_span(int(minutes))


@register.filter
def hours(seconds: int) -> str:
    """`1,234.5` for seconds, in hours; with two decimals below one hour."""
    return f"{seconds / 3_600:,.{1 if seconds >= 3_600 or not seconds else 2}f}"  # noqa: PLR2004


@register.filter
def money(amount: Decimal | None) -> str:
    """`￥1,234.50`, and a dash for nothing."""
    return NOTHING if amount is None else yuan(Decimal(amount))


@register.filter
def quantity(amount: Decimal) -> str:
    """`2`, `2.5`: without trailing zeros, and with a point whatever the language, as fields take it."""
    return format(Decimal(amount).normalize(), "f")


@register.filter
def amount(value: Decimal | None) -> str:
    """`1,234.50` in a column that names the currency; a dash for nothing."""
    return NOTHING if value is None else f"{cents(Decimal(value)):,.2f}"


@register.filter
def qty(value: Decimal) -> str:
    """`2.5`: a quantity without trailing zeros."""
    return shown(Decimal(value))


@register.filter
def signed(value: Decimal) -> str:
    """`+2.5` or `-1`: a quantity that came or went."""
    return f"+{shown(value)}" if value > 0 else shown(value)


@register.filter
def masked_phone(number: str | None) -> str:
    """`138****6231`; an extension of up to seven digits is no personal number and stays."""
    text = number or ""
    digits = re.sub(r"\D", "", text)
    return text if len(digits) <= _PERSONAL else f"{digits[:3]}****{digits[-4:]}"


@register.simple_tag
def avatar(name: str, tone: str = "", size: str = "") -> SafeString:
    """The first sign of a name in a circle. `tone="g"` is grey, `size="l"` large."""
    classes = " ".join(part for part in ("av", tone, size) if part)
    return format_html(
        '<span class="{}" aria-hidden="true">{}</span>', classes, (name or "?").strip()[:1].upper()
    )


@register.simple_tag(takes_context=True)
def qs(context: Mapping[str, Any], **changes: object) -> SafeString:
    """The query string of this page with some parameters changed; an empty value takes one away.

    A change other than of the page forgets the page: `{% qs status="new" %}`, `{% qs after=cursor %}`.
    """
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    if not changes.keys() & {"after", "before", "page"}:
        changes = {"after": None, "before": None, "page": None, **changes}
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return SafeString(conditional_escape("?" + query.urlencode()))


@register.simple_tag
def field(
    bound: BoundField,
    look: str = "",
    hint: str | None = None,
    icons: dict[str, str] | None = None,
    label: str = "",
) -> SafeString:
    """A form field with label, hint and error: `{% field form.qty %}`."""
    return fields.field_html(bound, look=look, hint=hint, icons=icons, label=label)


@register.simple_tag
def form_errors(form: forms.BaseForm) -> SafeString:
    """Errors of the form as a whole."""
    return fields.form_errors(form)


@register.simple_tag
def address(url_name: str) -> str:
    """An address, or nothing while the product has no such page."""
    return nav.address(url_name)


@register.simple_tag
def phone_tabs(name: str) -> list[nav.Entry]:
    """The tabs of a `worker`, `requester` or `manager`."""
    return nav.tabs(name)


@register.simple_tag
def script_words() -> SafeString:
    """The sentences the browser needs, in the language of the page."""
    words = {
        "close": _("Close"),
        "remove": _("Take away %(name)s") % {"name": "{0}"},
        "minutes": _("%(minutes)s min") % {"minutes": "{0}"},
        "hours": _("%(hours)s h") % {"hours": "{0}"},
        "hours_minutes": _("%(hours)s h %(minutes)s min") % {"hours": "{0}", "minutes": "{1}"},
        "days": _("%(days)s days") % {"days": "{0}"},
        "left": _("%(span)s left") % {"span": "{0}"},
        "over": _("%(span)s over") % {"span": "{0}"},
        "left_seconds": _("%(seconds)s s left") % {"seconds": "{0}"},
        "left_minutes": _("%(minutes)s min %(seconds)s s left") % {"minutes": "{0}", "seconds": "{1}"},
        "time_up": _("time is up"),
        "keys": pgettext("shortcut", "All shortcuts"),
        "find": pgettext("shortcut", "Find"),
        "rows": pgettext("shortcut", "Next and previous row"),
        "offline": _("No connection. Nothing was saved; please try again."),
        "forbidden": _("You may not do this. Reload the page if you have just signed in."),
        "gone": _("This is not here any more. Reload the page."),
        "changed": _("Somebody else was faster. Reload the page and look again."),
        "away": _("The system is starting. Nothing was saved yet; please send it again in a few seconds."),
        "slow_down": _("Too many tries. Please wait a minute."),
        "failed": _("That did not work. Please try again; if it goes on, tell the administrator."),
    }
    text = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    return SafeString(f'<script type="application/json" id="hq-words">{text}</script>')


@register.filter
def as_json(value: object) -> SafeString:
    """JSON for a data block that an island reads."""
    return SafeString(json.dumps(value, ensure_ascii=False, default=str).replace("<", "\\u003c"))


@register.filter
def at(values: list[Any], index: int) -> object:
    """The value at a place of a list, a dash for none."""
    value = values[index]
    return NOTHING if value is None else value
