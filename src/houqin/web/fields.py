"""Form fields that several areas use."""

from typing import Any

from django import forms

WORDS = 2_000
"""Longest text of a step's form, in characters."""


def text_field(
    label: Any, *, rows: int = 3, required: bool = True, most: int = WORDS, **more: Any
) -> forms.CharField:
    """A few lines of text."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


def moment_field(label: Any, *, required: bool = False, **more: Any) -> forms.DateTimeField:
    """A day and a time, local to the organisation."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget, **more)
