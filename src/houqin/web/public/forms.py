"""Forms of the public pages."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.desk.models import Category, Service, Urgency
from houqin.desk.queries.catalogue import offered
from houqin.kernel.bilingual import in_language
from houqin.org.models import Place
from houqin.org.queries.organisation import organisation
from houqin.web.uploads import PhotosField

PHONE = re.compile(r"^\+?[0-9][0-9 \-]{2,22}$")
LONGEST = 2_000
SCORES = [(5, "5"), (4, "4"), (3, "3"), (2, "2"), (1, "1")]


class ReportForm(forms.Form):
    """What the public reports: a category, and as much more as they like."""

    place = forms.ModelChoiceField(
        label=_("Place"),
        queryset=Place.objects.filter(active=True),
        to_field_name="code",
        required=False,
        widget=forms.HiddenInput,
    )
    place_note = forms.CharField(
        label=_("Where exactly"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Building, floor, room")}),
    )
    category = forms.ModelChoiceField(
        label=_("What is it about?"),
        queryset=Category.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what it is about.")},
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("one sentence is enough, at most 2,000 characters"),
        error_messages={"max_length": _("At most %(limit_value)d characters; you wrote %(show_value)d.")},
    )
    photos = PhotosField(label=_("Photos"))
    urgency = forms.ChoiceField(
        label=_("How urgent is it?"),
        choices=Urgency.choices,
        initial=Urgency.NORMAL,
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=24,
        required=False,
        help_text=_("only the technician sees it"),
        widget=forms.TextInput(
            attrs={"inputmode": "tel", "autocomplete": "tel", "placeholder": _("mobile or extension")}
        ),
    )
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("we tell you there how it goes on"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, signed_in: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = list(offered(to_public=True))
        category = self.fields["category"]
        category.queryset = Category.objects.filter(active=True)  # type: ignore[attr-defined]
        category.choices = [(one.pk, str(one)) for one in self.categories]  # type: ignore[attr-defined]
        self.icons = {str(one.pk): one.icon for one in self.categories}
        if signed_in:
            for name in ("phone", "name", "email"):
                del self.fields[name]
        else:
            self.fields["phone"].required = organisation().contact_needed

    def clean_phone(self) -> str:
        """A mobile, landline or internal number."""
        phone: str = self.cleaned_data["phone"].strip()
        if phone and not PHONE.match(phone):
            raise forms.ValidationError(
                _(
                    "“%(phone)s” is not a phone number."
                    " Give a mobile number, a landline or an extension such as 6231."
                ),
                params={"phone": phone},
            )
        return phone

    def clean(self) -> dict[str, Any]:
        """Somebody has to find the spot: a place or a note of where it is."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("place") and not cleaned.get("place_note") and "place" not in self.errors:
            self.add_error("place_note", _("Please say where it is: building and room are enough."))
        return cleaned

    def questions(self) -> list[tuple[Service, list[dict[str, Any]]]]:
        """What the services that stand in for a category ask."""
        found = []
        for category in self.categories:
            fallback = next((one for one in category.offered if one.is_fallback), None)  # type: ignore[attr-defined]
            if fallback and fallback.questions:
                found.append((fallback, [self._asked(question) for question in fallback.questions]))
        return found

    def _asked(self, question: dict[str, Any]) -> dict[str, Any]:
        asked = in_language(question["label"], question.get("label_en", ""))
        return {**question, "asked": asked, "given": self.data.get(question["key"], "")}


class WordsForm(forms.Form):
    """A remark with photos."""

    text = forms.CharField(
        label=_("What would you like to add?"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photos = PhotosField(label=_("Photos"))

    def clean(self) -> dict[str, Any]:
        """Words or a photo."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("text") and not cleaned.get("photos"):
            self.add_error("text", _("Please write a few words or add a photo."))
        return cleaned


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Please tell us why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please write a few words, so that we can put it right.")},
    )


class OptionalReasonForm(forms.Form):
    """Why, for those who like to say."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def _score(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=SCORES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a score from 1 to 5.")},
    )


class RatingForm(forms.Form):
    """Three scores, whether it is solved, and a comment."""

    speed = _score(pgettext_lazy("rating", "Speed"))
    attitude = _score(pgettext_lazy("rating", "Service"))
    quality = _score(pgettext_lazy("rating", "Result"))
    unsolved = forms.BooleanField(label=_("It is not solved yet"), required=False)
    comment = forms.CharField(
        label=_("Comment"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
