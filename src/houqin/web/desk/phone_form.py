"""What is asked of a caller, in the order in which the keys lead through it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.desk.actions.requests import Report
from houqin.desk.models import Category, Channel, ContactKind, Service, Urgency
from houqin.desk.queries.catalogue import offered
from houqin.kernel.bilingual import in_language
from houqin.kernel.text_search import normalise, search_text
from houqin.org.models import Place
from houqin.web.desk.forms import PlaceFields
from houqin.web.desk.phone_words import by_words
from houqin.web.fields import text_field
from houqin.web.lists import is_key

MOST_FOUND = 8
_TYPED = {"autocomplete": "off", "data-step": "", "data-typed": "", "hx-sync": "this:queue last"}


@dataclass(frozen=True)
class About:
    """What a call may be about: a service, or a category whose usual service stands in."""

    value: str
    name: str
    category: Category
    service: Service | None
    found_by: str

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What its service asks, each with how it reads and what may be answered."""
        return [_asked(one) for one in self.service.questions] if self.service else []


def everything() -> list[About]:
    """All that a call may be about, as the desk may choose it. Two statements."""
    found = []
    for category in offered(to_public=False):
        services: list[Service] = category.offered  # type: ignore[attr-defined]
        usual = next((one for one in services if one.is_fallback), None)
        words = search_text(category.name, category.name_en, category.code)
        found.append(About(f"c{category.pk}", str(category), category, usual, words))
        for one in services:
            words = search_text(one.name, one.name_en, one.code, category.name)
            found.append(About(f"s{one.pk}", str(one), category, one, words))
    return found


def meant(typed: str) -> list[About]:
    """What a few typed letters mean: words of the name, pinyin or its initials; best beginnings first."""
    words = normalise(typed).split()
    if not words:
        return []
    fitting = [one for one in everything() if all(word in one.found_by for word in words)]

    def rank(one: About) -> tuple[bool, int]:
        begins = any(part.startswith(words[0]) for part in one.found_by.split())
        return not begins, len(one.name)

    return sorted(fitting, key=rank)[:MOST_FOUND]


def named(value: str) -> About | None:
    """What a value of the form stands for, or None."""
    return next((one for one in everything() if one.value == value), None)


class PhoneForm(PlaceFields):
    """What a caller reports."""

    contact_phone = forms.CharField(
        label=_("Caller's number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(
            attrs={
                **_TYPED,
                "inputmode": "tel",
                "autofocus": True,
                "placeholder": _("mobile, landline or extension"),
                "hx-get": reverse_lazy("desk:phone_caller"),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#caller",
                "hx-include": "#typed-place",
                "aria-controls": "caller",
            }
        ),
    )
    contact_name = forms.CharField(
        label=_("Name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "data-step": "",
                "placeholder": _("only of somebody we do not know"),
            }
        ),
    )
    who = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    about_text = forms.CharField(
        label=_("What is it about?"),
        max_length=60,
        required=False,
        widget=forms.TextInput(
            attrs={
                **_TYPED,
                "placeholder": _("a few letters, such as ls for a leak (漏水); empty: by the words below"),
                "hx-get": reverse_lazy("desk:phone_about"),
                "hx-trigger": "input changed delay:150ms",
                "hx-target": "next .found",
            }
        ),
    )
    about = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("What is wrong?"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-step": ""}),
    )
    description = text_field(_("More about it"), rows=2, required=False)
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=Urgency.choices, initial=Urgency.NORMAL, widget=forms.RadioSelect
    )
    safety = forms.BooleanField(label=_("People are in danger"), required=False)
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[
            (Channel.PHONE, pgettext_lazy("channel", "phone")),
            (Channel.CHAT, pgettext_lazy("channel", "chat")),
            (Channel.STAFF, pgettext_lazy("channel", "seen by staff")),
        ],
        initial=Channel.PHONE,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meant: About | None = None
        for name in ("place_text", "about_text"):
            self.fields[name].or_another = True  # type: ignore[attr-defined]
        self.fields["place_text"].widget.attrs |= _TYPED
        if self.is_bound:
            self.meant = named(str(self.data.get("about", "")))

    def clean(self) -> dict[str, Any]:
        """Somebody has to find the spot and know what it is about; the words may tell that by the rules."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.meant is None and not self._told_by_words(cleaned):
            self.add_error("about_text", _("Please choose what it is about: type a few letters of it."))
        if not cleaned.get("place") and not cleaned.get("place_note"):
            if cleaned.get("place_text"):
                cleaned["place_note"] = cleaned["place_text"]
            elif "place" not in self.errors:
                self.add_error("place_text", _("Please say where it is: building and room are enough."))
        return cleaned

    def _told_by_words(self, cleaned: dict[str, Any]) -> bool:
        """True where nothing was typed to choose from and the triage rules know what the words mean."""
        said = "\n".join(cleaned.get(name, "") for name in ("title", "description"))
        if cleaned.get("about_text"):
            return False
        return by_words(said, cleaned.get("place"), contact=self._contact()) is not None

    def _contact(self) -> str:
        caller = self.caller()
        if caller["requester_id"]:
            return ContactKind.ACCOUNT
        return ContactKind.PHONE if caller["contact_phone"] else ContactKind.NONE

    @property
    def found(self) -> list[About]:
        """What the letters mean that were sent without a choice, to choose from without a script."""
        return meant(str(self.data.get("about_text", ""))[:60]) if self.is_bound and not self.meant else []

    @property
    def asked(self) -> dict[str, Any] | None:
        """The questions of what is chosen, with what was answered so far; None where nothing is asked."""
        if self.meant is None or not self.meant.questions:
            return None
        questions = [{**one, "given": self.data.get(one["key"], "")} for one in self.meant.questions]
        return {"value": self.meant.value, "questions": questions}

    def report(self) -> Report:
        """What was said, as the flow takes it."""
        given = self.cleaned_data
        place: Place | None = given["place"]
        about = self.meant
        fallback = about is not None and about.value.startswith("c")
        return Report(
            channel=given["channel"],
            category_id=about.category.pk if about and fallback else None,
            service_id=about.service.pk if about and about.service and not fallback else None,
            title=given["title"].strip() or ("" if given["description"] or about is None else about.name),
            description=given["description"],
            answers={key: self.data.get(key, "") for key in self.data if key.startswith("q")},
            place_id=place.pk if place else None,
            place_note=given["place_note"],
            # What stands there from the beginning is no choice where the rules decide by the words.
            urgency="" if about is None and given["urgency"] == Urgency.NORMAL else given["urgency"],
            safety=given["safety"],
            **self.caller(),
        )

    def caller(self) -> dict[str, Any]:
        """Who called: the person that was chosen, or name and number as they were said."""
        who = str(self.data.get("who", ""))[:100]
        name, number = (str(self.data.get(key, "")).strip() for key in ("contact_name", "contact_phone"))
        person = None
        if who.startswith("u") and is_key(who[1:]) and not name:
            person = User.objects.filter(pk=int(who[1:]), is_active=True).first()
        elif who.startswith("c") and not name:
            name = who[1:]
        return {
            "requester_id": person.pk if person else None,
            "contact_name": name[:80],
            "contact_phone": number[:30],
        }


def _asked(question: dict[str, Any]) -> dict[str, Any]:
    choices = [
        (one["value"], in_language(one["label"], one.get("label_en", "")))
        for one in question.get("choices", [])
    ]
    return {
        **question,
        "asked": in_language(question["label"], question.get("label_en", "")),
        "offered": choices if question["kind"] == "choice" else [("yes", _("yes")), ("no", _("no"))],
    }
