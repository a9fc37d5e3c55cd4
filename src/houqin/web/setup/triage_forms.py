"""Forms of the triage rules: a rule, and a report that somebody thinks of."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from houqin.desk.models import (
    Category,
    Channel,
    ContactKind,
    Impact,
    RuleHours,
    RuleMode,
    Service,
    TriageRule,
    Urgency,
)
from houqin.desk.models.triage import LONGEST_WORD, MOST_WORDS
from houqin.desk.queries.triaging import Choice
from houqin.desk.queries.trials import Trial
from houqin.org.models import Department
from houqin.staffing.models import Crew
from houqin.web.fields import moment_field, text_field
from houqin.web.setup.fields import WordsField
from houqin.web.setup.picking import PlaceField

MOST_DOMAINS, LONGEST_DOMAIN = 20, 120
DOMAIN = RegexValidator(
    r"^[^\s@]+\.[^\s@.]+$", gettext_lazy("A domain looks like example.com, without anything before an @.")
)
_OPEN = "-"
_UNKNOWN = "n"
_NOT_SAID = pgettext_lazy("triage rule", "nothing")
_HINT_WORDS = gettext_lazy("One on each line, or with commas between. “leak*” also finds “leaking”.")
_DOORS = [choice for choice in Channel.choices if choice[0] != Channel.IMPORTED]


class KindField(forms.ChoiceField):
    """A category or one of its services, in one list; gives a pair of keys, one of them or both None.

    `unknown` offers that nobody has said it; the pair is then (None, 0).
    """

    def fill(self, *, nothing: Any, unknown: Any = None, also: TriageRule | None = None) -> None:
        """List what is in use; what the rule names already is listed too."""
        named = also and (also.when_category_id, also.then_category_id)
        services: dict[int, list[tuple[str, str]]] = {}
        kept = also and (also.when_service_id, also.then_service_id)
        for service in Service.objects.defer("search_text", "search_grams"):
            if service.active or (kept and service.pk in kept):
                services.setdefault(service.category_id, []).append((f"s{service.pk}", str(service)))
        groups = [
            (str(category), [(f"c{category.pk}", _whole(category)), *services.get(category.pk, [])])
            for category in Category.objects.all()
            if category.active or category.pk in services or (named and category.pk in named)
        ]
        self.choices = [("", nothing), *([(_UNKNOWN, unknown)] if unknown else []), *groups]

    def prepare_value(self, value: Any) -> Any:
        """The value of the list."""
        if isinstance(value, tuple):
            category, service = value
            if service == 0:
                return _UNKNOWN
            return f"s{service}" if service else f"c{category}" if category else ""
        return value

    def clean(self, value: Any) -> Any:
        """The keys of category and service."""
        text = super().clean(value)
        if not text:
            return (None, None)
        if text == _UNKNOWN:
            return (None, 0)
        key = int(text[1:])
        return (None, key) if text.startswith("s") else (key, None)


class OpenField(forms.ChoiceField):
    """One of some choices, or none of them, which is a choice of its own and gives an empty text."""

    widget = forms.RadioSelect

    def __init__(self, *, choices: Any, nothing: Any, **kwargs: Any) -> None:
        super().__init__(choices=[(_OPEN, nothing), *choices], required=False, initial="", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The value of the button."""
        return value or _OPEN

    def clean(self, value: Any) -> Any:
        """The choice, empty for none."""
        text = super().clean(value)
        return "" if text == _OPEN else text


def _whole(category: Category) -> str:
    return _("%(category)s (the category)") % {"category": category}


class RuleForm(forms.Form):
    """A triage rule: when it fits, and what it says then."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=80)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=120, required=False)
    mode = forms.ChoiceField(
        label=pgettext_lazy("triage rule", "What it says"),
        choices=[
            (RuleMode.PROPOSE, pgettext_lazy("triage rule", "is proposed")),
            (RuleMode.APPLY, pgettext_lazy("triage rule", "holds at once")),
        ],
        initial=RuleMode.PROPOSE,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "What a person chose stays as chosen; there it is always proposed. Only danger holds at once."
        ),
    )
    active = forms.BooleanField(label=gettext_lazy("in use"), required=False, initial=True)

    when_any = WordsField(
        label=gettext_lazy("one of these words"),
        most=MOST_WORDS,
        longest=LONGEST_WORD,
        help_text=_HINT_WORDS,
    )
    when_all = WordsField(label=gettext_lazy("all of these words"), most=MOST_WORDS, longest=LONGEST_WORD)
    when_none = WordsField(label=gettext_lazy("none of these words"), most=MOST_WORDS, longest=LONGEST_WORD)
    when_channels = forms.MultipleChoiceField(
        label=gettext_lazy("it comes by"),
        choices=_DOORS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    when_contacts = forms.MultipleChoiceField(
        label=gettext_lazy("who reports has"),
        choices=ContactKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    when_kind = KindField(label=gettext_lazy("it was reported as"), required=False)
    when_place = PlaceField(label=gettext_lazy("the place is in"), required=False)
    when_department = forms.ModelChoiceField(
        label=gettext_lazy("the department is in"),
        queryset=Department.objects.defer("search_text", "search_grams"),
        required=False,
        empty_label=pgettext_lazy("triage rule", "any"),
    )
    when_domains = WordsField(
        label=gettext_lazy("the sender writes from"),
        most=MOST_DOMAINS,
        longest=LONGEST_DOMAIN,
        help_text=gettext_lazy("Domains such as example.com; those below count too."),
    )
    when_hours = OpenField(
        label=gettext_lazy("it comes"),
        choices=RuleHours.choices,
        nothing=pgettext_lazy("triage rule", "at any time"),
        help_text=gettext_lazy("By the working calendar of the place."),
    )
    when_from = forms.TimeField(
        label=gettext_lazy("between"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
    )
    when_until = forms.TimeField(
        label=gettext_lazy("and"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
        help_text=gettext_lazy("An end before the start lies on the next day."),
    )

    then_kind = KindField(label=gettext_lazy("category or service"), required=False)
    then_urgency = OpenField(label=gettext_lazy("urgency"), choices=Urgency.choices, nothing=_NOT_SAID)
    then_impact = OpenField(label=gettext_lazy("impact"), choices=Impact.choices, nothing=_NOT_SAID)
    then_safety = forms.BooleanField(
        label=gettext_lazy("People are in danger"),
        required=False,
        help_text=gettext_lazy("The priority is then critical, whatever else stands there."),
    )
    then_crew = forms.ModelChoiceField(
        label=gettext_lazy("crew"),
        queryset=Crew.objects.filter(active=True),
        required=False,
        empty_label=_NOT_SAID,
    )
    stops = forms.BooleanField(
        label=gettext_lazy("ask no further rule"),
        required=False,
        help_text=gettext_lazy("Rules behind it are not asked where this one fits."),
    )

    def __init__(self, data: Any = None, *, rule: TriageRule | None = None) -> None:
        super().__init__(data, initial=_initial(rule) if rule else None)
        asked: KindField = self.fields["when_kind"]  # type: ignore[assignment]
        asked.fill(nothing=_("anything"), unknown=_("nobody has said what it is"), also=rule)
        said: KindField = self.fields["then_kind"]  # type: ignore[assignment]
        said.fill(nothing=_NOT_SAID, also=rule)
        if rule is not None and rule.then_crew_id:
            crews = Crew.objects.filter(active=True) | Crew.objects.filter(pk=rule.then_crew_id)
            self.fields["then_crew"].queryset = crews  # type: ignore[attr-defined]

    def clean_when_domains(self) -> list[str]:
        """Domains, without an @ before them."""
        domains = [domain.lstrip("@").lower() for domain in self.cleaned_data["when_domains"]]
        for domain in domains:
            DOMAIN(domain)
        return domains

    def facts(self) -> dict[str, Any]:
        """The columns of the rule."""
        facts = {
            name: value for name, value in self.cleaned_data.items() if name not in {"when_kind", "then_kind"}
        }
        for side in ("when", "then"):
            category, service = self.cleaned_data[f"{side}_kind"]
            facts |= {f"{side}_category_id": category, f"{side}_service_id": service or None}
        facts["when_unknown"] = self.cleaned_data["when_kind"] == (None, 0)
        return facts


def _initial(rule: TriageRule) -> dict[str, Any]:
    plain = {name: getattr(rule, name) for name in RuleForm.base_fields if not name.endswith("_kind")}
    return {
        **plain,
        "when_kind": (rule.when_category_id, 0 if rule.when_unknown else rule.when_service_id),
        "then_kind": (rule.then_category_id, rule.then_service_id),
    }


class TrialForm(forms.Form):
    """A report that somebody thinks of."""

    text = text_field(gettext_lazy("What is reported"), rows=4, most=10_000)
    channel = forms.ChoiceField(
        label=gettext_lazy("it comes by"), choices=_DOORS, initial=Channel.EMAIL, widget=forms.RadioSelect
    )
    kind = KindField(label=gettext_lazy("chosen by the requester"), required=False)
    place = PlaceField(label=gettext_lazy("place"), required=False)
    at = moment_field(gettext_lazy("when"), help_text=gettext_lazy("Empty means now."))
    contact = forms.ChoiceField(
        label=gettext_lazy("who reports has"), choices=ContactKind.choices, initial=ContactKind.ACCOUNT
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("department"),
        queryset=Department.objects.filter(active=True).defer("search_text", "search_grams"),
        required=False,
        empty_label=pgettext_lazy("triage rule", "unknown"),
    )
    email = forms.EmailField(label=gettext_lazy("e-mail address of the sender"), required=False)
    also_unused = forms.BooleanField(label=gettext_lazy("also ask rules that are not in use"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["kind"].fill(nothing=_("nothing was chosen"))  # type: ignore[attr-defined]

    def trial(self) -> Trial:
        """The report."""
        given = self.cleaned_data
        category, service = given["kind"]
        department: Department | None = given["department"]
        at: dt.datetime | None = given["at"]
        return Trial(
            text=given["text"],
            channel=given["channel"],
            place=given["place"],
            department_id=department.pk if department else None,
            email=given["email"],
            contact=given["contact"],
            choice=Choice(category_id=category, service_id=service),
            at=at,
            also_unused=given["also_unused"],
        )
