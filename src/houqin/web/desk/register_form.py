"""What is asked of a caller."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.desk.models import Category, Service, Urgency
from houqin.desk.queries.catalogue import offered
from houqin.kernel.bilingual import in_language
from houqin.web.desk.forms import PlaceFields
from houqin.web.fields import text_field


class RegisterForm(PlaceFields):
    """What a caller reports."""

    contact_phone = forms.CharField(
        label=_("Caller's number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(
            attrs={
                "inputmode": "tel",
                "autocomplete": "off",
                "autofocus": True,
                "placeholder": _("mobile or extension"),
                "hx-get": reverse_lazy("desk:caller"),
                "hx-trigger": "input changed delay:250ms, load",
                "hx-target": "#caller",
                "hx-sync": "this:replace",
            }
        ),
    )
    contact_name = forms.CharField(label=_("Name"), max_length=80, required=False)
    requester = forms.IntegerField(required=False, widget=forms.HiddenInput)
    category = forms.ModelChoiceField(
        label=_("What is it about?"),
        queryset=Category.objects.filter(active=True),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what it is about.")},
    )
    description = text_field(
        _("What is wrong?"), help_text=_("The first line becomes the title."), rows=3, required=False
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=Urgency.choices, initial=Urgency.NORMAL, widget=forms.RadioSelect
    )
    safety = forms.BooleanField(label=_("People are in danger"), required=False)
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[
            ("phone", pgettext_lazy("channel", "phone")),
            ("chat", pgettext_lazy("channel", "chat")),
            ("staff", pgettext_lazy("channel", "seen by staff")),
        ],
        initial="phone",
        widget=forms.RadioSelect,
    )

    field_order = ("contact_phone", "contact_name", "place_text", "place_note", "category", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place_text"].or_another = True  # type: ignore[attr-defined]
        self.categories = list(offered(to_public=False))
        self.icons = {str(one.pk): one.icon for one in self.categories}
        self.fields["category"].choices = [(one.pk, str(one)) for one in self.categories]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Somebody has to find the spot."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("place") and not cleaned.get("place_note"):
            if cleaned.get("place_text"):
                cleaned["place_note"] = cleaned["place_text"]
            elif "place" not in self.errors:
                self.add_error("place_text", _("Please say where it is: building and room are enough."))
        return cleaned

    def questions(self) -> list[tuple[Service, list[dict[str, Any]]]]:
        """What the service asks that stands in for each category, with what was answered so far."""
        found = []
        for category in self.categories:
            usual = next((one for one in category.offered if one.is_fallback), None)  # type: ignore[attr-defined]
            if usual is not None and usual.questions:
                found.append((usual, [self._asked(question) for question in usual.questions]))
        return found

    def _asked(self, question: dict[str, Any]) -> dict[str, Any]:
        choices = [
            (one["value"], in_language(one["label"], one.get("label_en", "")))
            for one in question.get("choices", [])
        ]
        return {
            **question,
            "asked": in_language(question["label"], question.get("label_en", "")),
            "offered": choices if question["kind"] == "choice" else [("yes", _("yes")), ("no", _("no"))],
            "given": self.data.get(question["key"], ""),
        }
