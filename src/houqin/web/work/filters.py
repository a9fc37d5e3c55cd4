"""What the address of the list of orders says: which, and in which order; the same for page and export."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.kernel.service_clock import TargetKind
from houqin.org.models import Partner, Place
from houqin.org.queries.places import sites
from houqin.staffing.models import Crew
from houqin.web.desk.filters import Condition
from houqin.web.lists import OF_THE_PAGE, Sorting, day, flag, is_key, numbers, some_of
from houqin.web.story import OF_A_CONTRACTOR
from houqin.work.models import HoldReason, JobType, Priority, WorkKind, WorkOrderStatus
from houqin.work.queries.orders import OrderFilter

S = WorkOrderStatus
SORTINGS = {"due": Sorting("due_at"), "newest": Sorting("raised_at", newest=True)}
TABS: tuple[tuple[str, Promise, frozenset[str]], ...] = (
    (
        "to_dispatch",
        pgettext_lazy("tab", "To dispatch"),
        frozenset({S.DRAFT, S.AWAITING_APPROVAL, S.TO_DISPATCH}),
    ),
    ("unassignable", pgettext_lazy("tab", "Nobody can go"), frozenset({S.TO_DISPATCH})),
    ("dispatched", pgettext_lazy("tab", "Dispatched"), frozenset({S.DISPATCHED, S.ACCEPTED})),
    ("in_progress", pgettext_lazy("tab", "In progress"), frozenset({S.ON_SITE, S.IN_PROGRESS})),
    ("on_hold", pgettext_lazy("tab", "On hold"), frozenset({S.ON_HOLD})),
    ("completed", pgettext_lazy("tab", "Completed"), frozenset({S.COMPLETED})),
    ("all", pgettext_lazy("tab", "All"), frozenset()),
)
"""The tabs with their names and states; all but the last have a count."""

CLOCK: list[tuple[str, str | Promise]] = [("", _("all")), ("overdue", pgettext_lazy("filter", "overdue"))]
SHOWN = ("place", "job_type", "crew", "priority", "hold_reason", "clock", "order")
FURTHER: dict[str, Promise] = {
    "q": pgettext_lazy("condition", "contains"),
    "status": pgettext_lazy("condition", "state"),
    "kind": pgettext_lazy("condition", "work type"),
    "worker": pgettext_lazy("condition", "technician"),
    "source": pgettext_lazy("condition", "raised from"),
    "open": pgettext_lazy("condition", "unfinished"),
    "overdue": pgettext_lazy("condition", "overdue"),
    "unassigned": pgettext_lazy("condition", "without technician"),
    "unassignable": pgettext_lazy("condition", "nobody can go"),
    "rework": pgettext_lazy("condition", "rework"),
    "raised_from": pgettext_lazy("condition", "raised from the"),
    "raised_until": pgettext_lazy("condition", "raised until"),
    "partner": pgettext_lazy("condition", "given to the contractor"),
    "of": pgettext_lazy("condition", "promise of the contractor"),
    "kept": pgettext_lazy("condition", "kept by the contractor"),
    "given_from": pgettext_lazy("condition", "given from the"),
    "given_until": pgettext_lazy("condition", "given until"),
}
_OF = {kind.value: kind for kind in OF_A_CONTRACTOR}
"""The promises of contractors by their names in an address."""


def tab_of(query: QueryDict) -> str:
    """The tab: the one named; else what waits for dispatch, but everything once there are conditions."""
    named = query.get("tab", "")
    if named in {name for name, _label, _states in TABS}:
        return named
    return "all" if query.keys() & {*SHOWN, *FURTHER} else "to_dispatch"


def sorting_of(query: QueryDict) -> Sorting:
    """By clock, or newest first where all is shown or it is asked for."""
    default = "newest" if tab_of(query) == "all" else "due"
    return SORTINGS.get(query.get("order", ""), SORTINGS[default])


def order_of(query: QueryDict) -> tuple[str, Promise]:
    """The other order of the list, and the one in force in words."""
    if sorting_of(query).newest:
        return "due", pgettext_lazy("order", "newest first")
    return "newest", pgettext_lazy("order", "by clock")


def is_narrowed(query: QueryDict) -> bool:
    """True when a condition beyond the tab may hide something."""
    return any(query.get(name) for name in (*SHOWN, *FURTHER) if name != "order")


def wanted(query: QueryDict) -> OrderFilter:
    """The filter that an address means; what it cannot mean narrows nothing."""
    found = OrderFilter(
        q=query.get("q", "")[:100],
        statuses=some_of(query, "status", S.values),
        open_only=bool(flag(query, "open")),
        overdue=query.get("clock") == "overdue" or bool(flag(query, "overdue")),
        unassigned=bool(flag(query, "unassigned")),
        unassignable=bool(flag(query, "unassignable")),
        rework=bool(flag(query, "rework")),
        priorities=some_of(query, "priority", Priority.values),
        job_type_id=numbers(query, "job_type"),
        kind=query.get("kind", "") if query.get("kind") in WorkKind.values else "",
        crew_id=numbers(query, "crew"),
        worker_id=numbers(query, "worker"),
        place_id=numbers(query, "place"),
        hold_reason=query.get("hold_reason", "") if query.get("hold_reason") in HoldReason.values else "",
        source=query.get("source", "")[:20],
        raised_from=day(query, "raised_from"),
        raised_until=day(query, "raised_until"),
        partner_id=numbers(query, "partner"),
        partner_kept=query.get("kept", "") if query.get("kept") in {"yes", "no"} else "",
        partner_promise=_OF.get(query.get("of", ""), TargetKind.RESOLUTION).value,
        given_from=day(query, "given_from"),
        given_until=day(query, "given_until"),
    )
    return in_tab(found, tab_of(query))


def in_tab(found: OrderFilter, tab: str) -> OrderFilter:
    """The same conditions under a tab; a state that is asked for by itself wins."""
    states = {name: states for name, _label, states in TABS}[tab]
    if tab == "unassignable":
        found = replace(found, unassignable=True)
    return replace(found, statuses=states) if states else found


def further(query: QueryDict) -> Iterator[Condition]:
    """The conditions without a control, in words."""
    for name, label in FURTHER.items():
        if value := query.get(name, ""):
            without = query.copy()
            for gone in (name, *OF_THE_PAGE):
                without.pop(gone, None)
            yield Condition(name, str(label), _in_words(name, value), f"?{without.urlencode()}")


def _in_words(name: str, value: str) -> str:
    if name == "worker" and is_key(value):
        return str(User.objects.filter(pk=int(value)).first() or value)
    if name == "partner" and is_key(value):
        return str(Partner.objects.filter(pk=int(value)).first() or value)
    if name == "of" and value in _OF:
        return str(OF_A_CONTRACTOR[_OF[value]])
    words = {"status": dict(S.choices), "kind": dict(WorkKind.choices)}.get(
        name, {"1": _("yes"), "0": _("no"), "yes": _("yes"), "no": _("no")}
    )
    return str(words.get(value, value)) if name not in {"q", "source"} else value


class OrdersForm(forms.Form):
    """The controls above the list; each sends the form when it changes."""

    place = forms.ChoiceField(label=pgettext_lazy("filter", "Place"))
    job_type = forms.ChoiceField(label=pgettext_lazy("filter", "Job type"))
    crew = forms.ChoiceField(label=pgettext_lazy("filter", "Crew"))
    priority = forms.ChoiceField(label=pgettext_lazy("filter", "Priority"))
    hold_reason = forms.ChoiceField(label=pgettext_lazy("filter", "Waiting for"))
    clock = forms.ChoiceField(label=pgettext_lazy("filter", "Clock"))

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        places = _named(sites().defer("search_text", "search_grams").order_by("position", "code"))
        chosen = numbers(query, "place")
        if chosen is not None and chosen not in dict(places):
            places += _named(Place.objects.filter(pk=chosen))
        self._choose("place", places)
        self._choose("job_type", _named(JobType.objects.filter(active=True)))
        self._choose("crew", _named(Crew.objects.filter(active=True)))
        self._choose("priority", Priority.choices)
        self._choose("hold_reason", HoldReason.choices)
        self.fields["clock"].choices = CLOCK  # type: ignore[attr-defined]

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]


def _named(rows: Any) -> list[tuple[int, str]]:
    return [(row.pk, str(row)) for row in rows]
