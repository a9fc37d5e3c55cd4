"""Form fields that several areas use."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

WORDS = 2_000
"""Longest text of a step's form, in characters."""
MINUTE = "%Y-%m-%dT%H:%M"
"""How a browser's field for a day and a time writes it."""
DJANGO_SAYS = (_("This field is required."),)
"""Sentences of Django's own forms that our catalogue puts in better words."""


def text_field(
    label: Any, *, rows: int = 3, required: bool = True, most: int = WORDS, **more: Any
) -> forms.CharField:
    """A few lines of text; left empty though it is needed it is asked for by name."""
    return forms.CharField(
        error_messages={"required": format_lazy(_("Please fill in “{label}”."), label=label)},
        label=label,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


def moment_field(label: Any, *, required: bool = False, **more: Any) -> forms.DateTimeField:
    """A day and a time, local to the organisation."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE)
    return forms.DateTimeField(label=label, required=required, widget=widget, **more)
