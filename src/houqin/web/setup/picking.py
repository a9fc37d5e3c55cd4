"""Naming a place in a form by a few letters: its code, its name, pinyin initials."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.org.models import Place
from houqin.org.policies import places_below
from houqin.org.queries.places import find

PROPOSED = 5


class PlaceField(forms.CharField):
    """A place by its code, or by letters that mean only one place; gives the place or None.

    Letters that mean several are answered with the codes to choose from. Places out of use are
    found only with `unused`.
    """

    def __init__(self, *, unused: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        kwargs.setdefault("help_text", gettext_lazy("Its code, or a few letters such as jxl 302."))
        super().__init__(**kwargs)
        self.unused = unused
        self.widget.attrs["autocomplete"] = "off"

    def prepare_value(self, value: Any) -> Any:
        """The code of a place."""
        return value.code if isinstance(value, Place) else value

    def clean(self, value: Any) -> Any:
        """The place; `ValidationError` for none or several."""
        text = super().clean(value)
        if not text:
            return None
        among = places_below(None) if self.unused else places_below(None).filter(active=True)
        exact = among.filter(code__iexact=text).first()
        found = [exact] if exact else find(text, among, limit=PROPOSED + 1)
        if not found:
            raise ValidationError(_("There is no place “%(text)s”.") % {"text": text})
        if len(found) > 1:
            names = _("; ").join(f"{place.code} {place}" for place in found[:PROPOSED])
            raise ValidationError(_("Several places fit. Write the code: %(names)s") % {"names": names})
        return found[0]
