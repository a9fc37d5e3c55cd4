"""The escalation levels of a standard as rows of its page: which target, when, and who is told."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy, pgettext_lazy

from houqin.accounts.models import Grant, Role, User
from houqin.accounts.permissions import ROLE_PERMISSIONS
from houqin.kernel.errors import Invalid
from houqin.work.models import EscalationLevel, Priority, ServiceStandard, TargetKind
from houqin.work.models.standards import ESCALATED_TO, HIGHEST_LEVEL
from houqin.work.policies import require_ladder

Recipient = EscalationLevel.Recipient

BLANK = 3
"""Empty rows below those there are."""

BEFORE, AFTER = "before", "after"
SIDES = [
    (BEFORE, pgettext_lazy("from the due time", "before it is due")),
    (AFTER, pgettext_lazy("from the due time", "after it was due")),
]
HOUR = 60
UNITS = [
    ("minutes", pgettext_lazy("unit of working time", "minutes")),
    ("hours", pgettext_lazy("unit of working time", "hours")),
    ("days", pgettext_lazy("unit of working time", "working days")),
]
_MOST = 10_000
_PERSON = "person:"


class LevelForm(forms.Form):
    """One level; a row without a recipient is none."""

    kind = forms.ChoiceField(label=gettext_lazy("target"), choices=TargetKind.choices, initial="resolution")
    priority = forms.ChoiceField(label=gettext_lazy("priority"), required=False)
    number = forms.TypedChoiceField(
        label=gettext_lazy("level"),
        choices=[(number, number) for number in range(1, HIGHEST_LEVEL + 1)],
        initial=1,
    )
    side = forms.ChoiceField(label=gettext_lazy("when"), choices=SIDES, initial=AFTER)
    amount = forms.IntegerField(label=gettext_lazy("how much"), min_value=0, max_value=_MOST, initial=0)
    unit = forms.ChoiceField(label=pgettext_lazy("of time", "unit"), choices=UNITS, initial="minutes")
    to = forms.ChoiceField(label=gettext_lazy("who is told"), required=False)
    around_the_clock = forms.BooleanField(label=pgettext_lazy("told", "at any hour (24×7)"), required=False)

    def __init__(self, *args: Any, recipients: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = recipients  # type: ignore[attr-defined]
        self.fields["priority"].choices = [  # type: ignore[attr-defined]
            ("", pgettext_lazy("priorities", "all")),
            *reversed(Priority.choices),
        ]
        for field in self.fields.values():
            look = "form-check-input" if isinstance(field.widget, forms.CheckboxInput) else "form-select"
            field.widget.attrs["class"] = look if field is not self.fields["amount"] else "form-control"

    @property
    def is_level(self) -> bool:
        """True when the row names somebody to be told."""
        return bool(self.cleaned_data.get("to"))

    def level(self) -> EscalationLevel:
        """The row as a level of a standard that is yet to be named."""
        row, (recipient, role, person) = self.cleaned_data, _recipient(self.cleaned_data["to"])
        amount = row["amount"] * (-1 if row["side"] == BEFORE else 1)
        in_days = row["unit"] == "days"
        return EscalationLevel(
            kind=row["kind"],
            priority=row["priority"],
            number=int(row["number"]),
            minutes=None if in_days else amount * (HOUR if row["unit"] == "hours" else 1),
            working_days=amount if in_days else None,
            around_the_clock=row["around_the_clock"],
            recipient=recipient,
            role=role,
            person_id=person,
        )


class LevelForms(forms.BaseFormSet[LevelForm]):
    """All rows."""

    def clean(self) -> None:
        """Say which level is there twice or out of order."""
        if any(self.errors):
            return
        try:
            require_ladder(self.levels())
        except Invalid as refusal:
            raise ValidationError(str(refusal)) from None

    def levels(self) -> list[EscalationLevel]:
        """The rows that name somebody to be told, as levels of a standard that is yet to be named."""
        return [form.level() for form in self.forms if form.cleaned_data and form.is_level]


_made = forms.formset_factory(LevelForm, formset=LevelForms, extra=BLANK, max_num=200, absolute_max=250)


def level_forms(standard: ServiceStandard, data: Any = None) -> LevelForms:
    """A row for each level of a standard, and some empty ones; or what was sent."""
    held = sorted(standard.levels.select_related("person"), key=_place) if standard.pk else []
    named = {level.person for level in held if level.person is not None}
    made = _made(
        data,
        prefix="levels",
        initial=[_initial(level) for level in held],
        form_kwargs={"recipients": _recipients(named)},
    )
    return cast("LevelForms", made)


def _place(level: EscalationLevel) -> tuple[int, str, int]:
    """Where a level stands on the page: by target, the general ones first."""
    return TargetKind.values.index(level.kind), level.priority, level.number


def _initial(level: EscalationLevel) -> dict[str, Any]:
    amount, unit = level.working_days, "days"
    if level.minutes is not None:
        hours, rest = divmod(abs(level.minutes), HOUR)
        amount, unit = (hours, "hours") if hours and not rest else (level.minutes, "minutes")
    before = (level.minutes or level.working_days or 0) < 0
    return {
        "number": level.number,
        "kind": level.kind,
        "priority": level.priority,
        "amount": abs(amount or 0),
        "unit": unit,
        "side": BEFORE if before else AFTER,
        "to": _written(level),
        "around_the_clock": level.around_the_clock,
    }


def _written(level: EscalationLevel) -> str:
    match level.recipient:
        case Recipient.ROLE:
            return level.role
        case Recipient.PERSON:
            return f"{_PERSON}{level.person_id}"
    return Recipient.LEADER.value


def _recipient(to: str) -> tuple[str, str, int | None]:
    """What is stored for a choice: kind of recipient, role, key of the person."""
    if to.startswith(_PERSON):
        return Recipient.PERSON.value, "", int(to.removeprefix(_PERSON))
    if to == Recipient.LEADER:
        return to, "", None
    return Recipient.ROLE.value, to, None


def _recipients(named: set[User]) -> list[tuple[Any, Any]]:
    """The choices: nobody, the crew's leader, roles, and people who see requests or are named already."""
    seeing = [role for role, rights in ROLE_PERMISSIONS.items() if "desk.view" in rights]
    grants = Grant.objects.filter(user=OuterRef("pk"), role__in=seeing)
    staff = User.objects.filter(Exists(grants), is_active=True).only("full_name", "pinyin_key")
    people = sorted({*staff, *named}, key=lambda person: (person.pinyin_key, person.pk))
    return [
        ("", pgettext_lazy("escalation", "— no level")),
        (Recipient.LEADER.value, Recipient.LEADER.label),
        (
            gettext_lazy("Role"),
            [(role.value, role.label) for role in Role if role in ESCALATED_TO],
        ),
        (gettext_lazy("Person"), [(f"{_PERSON}{person.pk}", str(person)) for person in people]),
    ]
