"""A standard to try, as the address of the page tells it: minutes and days by priority and kind."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from houqin.insight.proposals import Proposal, facts_of, proposal
from houqin.org.models import Calendar
from houqin.web.lists import numbers
from houqin.work.models import Priority, ServiceStandard
from houqin.work.models.standards import TargetKind, default_pausing

LOAD = "load"
"""The parameter by which the cells are filled from the standard to begin with, whatever they held."""

LONGEST = 100_000
"""The most minutes or days that a target may have."""

UNITS: dict[str, tuple[Promise, dict[str, Any]]] = {
    "m": (pgettext_lazy("unit of a target", "working minutes"), {}),
    "d": (pgettext_lazy("unit of a target", "working days"), {}),
    "e": (pgettext_lazy("unit of a target", "working days, till closing"), {"end_of_day": True}),
    "M": (pgettext_lazy("unit of a target", "minutes day and night"), {"around_the_clock": True}),
    "D": (pgettext_lazy("unit of a target", "calendar days"), {"around_the_clock": True}),
    "E": (
        pgettext_lazy("unit of a target", "calendar days, till midnight"),
        {"around_the_clock": True, "end_of_day": True},
    ),
}
_ORDER = tuple(reversed(Priority.values))
_KINDS = tuple(TargetKind.values)
_MINUTES = frozenset("mM")


class TrialForm(forms.Form):
    """The standard to try and the one to compare it with; a cell is `v-urgent-arrival` and its unit `u-…`."""

    name = forms.CharField(label=gettext_lazy("Name of the trial"), max_length=80, required=False)
    standard = forms.ModelChoiceField(
        ServiceStandard.objects.all(), label=gettext_lazy("Begin with"), required=False, empty_label=None
    )
    against = forms.ModelChoiceField(
        ServiceStandard.objects.all(),
        label=gettext_lazy("Compare with"),
        required=False,
        empty_label=gettext_lazy("only what was promised then"),
    )
    calendar = forms.ModelChoiceField(
        Calendar.objects.all(),
        label=gettext_lazy("Working calendar"),
        required=False,
        empty_label=gettext_lazy("that of each place"),
    )

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(data)
        units = [(key, label) for key, (label, _facts) in UNITS.items()]
        for priority in _ORDER:
            for kind in _KINDS:
                amount = forms.IntegerField(
                    required=False,
                    min_value=1,
                    max_value=LONGEST,
                    label=TargetKind(kind).label,
                    widget=forms.NumberInput(attrs={"class": "form-control"}),
                )
                unit = forms.ChoiceField(
                    choices=units,
                    required=False,
                    label=gettext_lazy("Unit"),
                    widget=forms.Select(attrs={"class": "form-select"}),
                )
                self.fields[f"v-{priority}-{kind}"] = amount
                self.fields[f"u-{priority}-{kind}"] = unit

    def clean_name(self) -> str:
        """One line of signs that can be read."""
        return "".join(sign for sign in self.cleaned_data["name"] if sign.isprintable())

    def rows(self) -> Iterator[tuple[str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """The cells by priority, the most urgent first."""
        for priority in _ORDER:
            cells = [(self[f"v-{priority}-{kind}"], self[f"u-{priority}-{kind}"]) for kind in _KINDS]
            yield str(Priority(priority).label), cells


@dataclass(frozen=True)
class Trial:
    """What an address asks to try: its form, and the facts of the standards as a TOML file has them."""

    form: TrialForm
    facts: dict[str, Any] | None
    """The standard to try; None while the form has errors or no target."""
    against: dict[str, Any] | None


def trial_of(query: QueryDict) -> Trial:
    """Read an address. Without cells the targets are those of the standard to begin with."""
    basis = _basis(query)
    stored = facts_of(basis) if basis else {"targets": []}
    if LOAD not in query and any(name.startswith("v-") for name in query):
        data = query.dict()
    else:
        calendar = str(basis.calendar_id or "") if basis else ""
        against = query.get("against", "")
        data = {**_cells(stored), "name": stored.get("name", ""), "calendar": calendar, "against": against}
    data["standard"] = str(basis.pk) if basis else ""
    form = TrialForm(data)
    if not form.is_valid():
        return Trial(form, None, None)
    other = form.cleaned_data["against"]
    return Trial(form, _facts(form, stored), facts_of(other) if other else None)


def proposals_of(query: QueryDict) -> list[Proposal]:
    """The standard to try and the one to compare it with, as they are measured."""
    trial = trial_of(query)
    return [proposal(facts) for facts in (trial.facts, trial.against) if facts]


def subject(query: QueryDict) -> str:
    """What tells one trial from another, whatever it is called."""
    trial = trial_of(query)
    return json.dumps([{**(facts or {}), "name": ""} for facts in (trial.facts, trial.against)])


def _basis(query: QueryDict) -> ServiceStandard | None:
    chosen = numbers(query, "standard")
    found = ServiceStandard.objects.filter(pk=chosen).first() if chosen is not None else None
    return found or ServiceStandard.objects.order_by("-is_default", "code").first()


def _cells(facts: dict[str, Any]) -> dict[str, str]:
    """The targets of a standard as the form writes them."""
    cells = {}
    for target in facts["targets"]:
        name = f"{target['priority']}-{target['kind']}"
        minutes = target.get("minutes")
        cells[f"v-{name}"] = str(target["working_days"] if minutes is None else minutes)
        unit = "m" if minutes is not None else "e" if target["end_of_day"] else "d"
        cells[f"u-{name}"] = unit.upper() if target["around_the_clock"] else unit
    return cells


def _facts(form: TrialForm, stored: dict[str, Any]) -> dict[str, Any] | None:
    """The facts of the form; what it does not ask for is as in the stored standard."""
    known = {(row["priority"], row["kind"]): row["pausing_reasons"] for row in stored["targets"]}
    calendar = form.cleaned_data["calendar"]
    targets = []
    for priority in _ORDER:
        for kind in _KINDS:
            amount = form.cleaned_data[f"v-{priority}-{kind}"]
            unit = form.cleaned_data[f"u-{priority}-{kind}"] or "m"
            if amount is None:
                continue
            targets.append(
                {
                    "priority": priority,
                    "kind": kind,
                    "minutes" if unit in _MINUTES else "working_days": amount,
                    **UNITS[unit][1],
                    "pausing_reasons": known.get((priority, kind), default_pausing()),
                }
            )
    if not targets:
        form.add_error(None, _("Write at least one target."))
        return None
    return {
        "name": form.cleaned_data["name"] or _("Trial"),
        **({"calendar": calendar.code} if calendar else {}),
        "arrival_answers": stored.get("arrival_answers", False),
        "targets": targets,
    }
