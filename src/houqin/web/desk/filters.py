"""What the address of the queue says: which requests, in which order; the same for page and export."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from houqin.desk.models import (
    Category,
    Channel,
    ProposalField,
    RequestStatus,
    Service,
    TriageRule,
    Verdict,
)
from houqin.desk.queries.promised import KEPT, PROMISES
from houqin.desk.queries.proposals import names_of, value_in_words
from houqin.desk.queries.requests import ON_TIME, WITHOUT, RequestFilter
from houqin.kernel.service_clock import TargetKind
from houqin.org.models import Department, Place
from houqin.org.queries.places import sites
from houqin.staffing.models import Crew
from houqin.web.lists import OF_THE_PAGE, Sorting, day, flag, is_key, numbers, some_of
from houqin.web.story import NAMES
from houqin.work.models import Priority

SORTINGS = {"due": Sorting("next_due_at", last="paused"), "newest": Sorting("opened_at", newest=True)}
CLOCK: list[tuple[str, str | Promise]] = [
    ("", _("all")),
    ("overdue", pgettext_lazy("filter", "overdue")),
    ("due_soon", pgettext_lazy("filter", "due soon")),
    ("paused", pgettext_lazy("filter", "paused")),
    ("escalated", pgettext_lazy("filter", "escalated")),
]
OPEN_TAB = "open"
TABS: tuple[tuple[str, Promise, bool], ...] = (
    ("pending", pgettext_lazy("tab", "To handle"), True),
    ("to_assign", pgettext_lazy("tab", "To dispatch"), True),
    ("unassignable", pgettext_lazy("tab", "Nobody can go"), True),
    (OPEN_TAB, pgettext_lazy("tab", "Open"), True),
    ("mine", pgettext_lazy("tab", "Mine"), False),
    ("all", pgettext_lazy("tab", "All"), False),
)
"""The tabs with their names; the counted ones are those that should come to nothing."""

SHOWN = ("place", "category", "crew", "priority", "status", "clock", "order")
"""Conditions with a control of their own."""

FURTHER: dict[str, Promise] = {
    "q": pgettext_lazy("condition", "contains"),
    "service": pgettext_lazy("condition", "service"),
    "department": pgettext_lazy("condition", "department"),
    "requester": pgettext_lazy("condition", "requester"),
    "channel": pgettext_lazy("condition", "channel"),
    "open": pgettext_lazy("condition", "unfinished"),
    "overdue": pgettext_lazy("condition", "overdue"),
    "due_soon": pgettext_lazy("condition", "due soon"),
    "paused": pgettext_lazy("condition", "paused"),
    "escalated": pgettext_lazy("condition", "escalated at least to level"),
    "flagged": pgettext_lazy("condition", "with contradictions"),
    "imported": pgettext_lazy("condition", "imported"),
    "reopened": pgettext_lazy("condition", "reopened"),
    "repaired": pgettext_lazy("condition", "repaired"),
    "on_time": pgettext_lazy("condition", "repaired in time"),
    "promise": pgettext_lazy("condition", "promise"),
    "at": pgettext_lazy("condition", "at the place itself"),
    "in_charge": pgettext_lazy("condition", "crew in charge"),
    "door": pgettext_lazy("condition", "came by"),
    "figures": pgettext_lazy("condition", "in my figures"),
    "rule": pgettext_lazy("condition", "triage rule"),
    "proposed": pgettext_lazy("condition", "proposed"),
    "verdict": pgettext_lazy("condition", "which was"),
    "instead": pgettext_lazy("condition", "instead"),
    "opened_from": pgettext_lazy("condition", "reported from"),
    "opened_to": pgettext_lazy("condition", "reported until"),
    "closed_from": pgettext_lazy("condition", "closed from"),
    "closed_to": pgettext_lazy("condition", "closed until"),
}
"""Conditions that other pages link with; they are shown as what they are, to be taken away."""

_WORDS = {"1": _("yes"), "0": _("no"), "yes": _("yes"), "no": _("no"), "none": _("no verdict")}
_NAMED: dict[str, type[Any]] = {
    "service": Service,
    "department": Department,
    "at": Place,
    "in_charge": Crew,
    "rule": TriageRule,
}


_CODED: dict[frozenset[str], Any] = {
    frozenset({"channel", "door"}): Channel,
    frozenset({"proposed"}): ProposalField,
    frozenset({"verdict"}): Verdict,
}


@dataclass(frozen=True)
class Condition:
    """A condition of the list that has no control: its words, and the parameter that carries it."""

    name: str
    label: str
    value: str
    url: str
    """The list without it."""


def tab_of(query: QueryDict) -> str:
    """The tab: the one named; else what waits for the desk, but everything once there are conditions."""
    named = query.get("tab", "")
    if named in {name for name, _label, _counted in TABS}:
        return named
    return "all" if query.keys() & {*SHOWN, *FURTHER} else "pending"


def sorting_of(query: QueryDict) -> Sorting:
    """By clock, or newest first where all is shown or it is asked for."""
    default = "newest" if tab_of(query) == "all" else "due"
    return SORTINGS.get(query.get("order", ""), SORTINGS[default])


def order_of(query: QueryDict) -> tuple[str, Promise]:
    """The other order of the list: its name in the address and in words."""
    if sorting_of(query).newest:
        return "due", pgettext_lazy("order", "newest first")
    return "newest", pgettext_lazy("order", "by clock")


def is_narrowed(query: QueryDict) -> bool:
    """True when a condition beyond the tab may hide something."""
    return any(query.get(name) for name in (*SHOWN, *FURTHER) if name != "order")


def wanted(query: QueryDict) -> RequestFilter:
    """The filter that an address means; what it cannot mean narrows nothing."""
    clock, tab = query.get("clock"), tab_of(query)
    return RequestFilter(
        q=query.get("q", "")[:100],
        tab=tab if tab != OPEN_TAB else "all",
        statuses=some_of(query, "status", RequestStatus.values),
        priorities=some_of(query, "priority", Priority.values),
        channels=some_of(query, "channel", Channel.values),
        category_id=numbers(query, "category"),
        service_id=numbers(query, "service"),
        place_id=numbers(query, "place"),
        department_id=numbers(query, "department"),
        crew_id=numbers(query, "crew"),
        requester_id=numbers(query, "requester"),
        open=True if tab == OPEN_TAB else flag(query, "open"),
        overdue=True if clock == "overdue" else flag(query, "overdue"),
        due_soon=True if clock == "due_soon" else flag(query, "due_soon"),
        paused=True if clock == "paused" else flag(query, "paused"),
        escalated=1 if clock == "escalated" else numbers(query, "escalated"),
        flagged=flag(query, "flagged"),
        imported=flag(query, "imported"),
        reopened=flag(query, "reopened"),
        repaired=flag(query, "repaired"),
        at_id=numbers(query, "at"),
        in_charge_id=numbers(query, "in_charge"),
        door=query.get("door", "").replace("\0", "")[:80],
        without=frozenset(name for name in WITHOUT if query.get(name) == "none"),
        in_figures=bool(flag(query, "figures")),
        rule_id=numbers(query, "rule"),
        proposed_field=_one_of(query, "proposed", ProposalField.values),
        verdict=_one_of(query, "verdict", Verdict.values),
        instead=query.get("instead", "").replace("\0", "")[:60],
        promise=_one_of(query, "promise", PROMISES),
        on_time=query.get("on_time", "") if query.get("on_time") in ON_TIME else "",
        opened_from=day(query, "opened_from"),
        opened_to=day(query, "opened_to"),
        closed_from=day(query, "closed_from"),
        closed_to=day(query, "closed_to"),
    )


def _one_of(query: QueryDict, name: str, known: Iterable[str]) -> str:
    """A parameter that is known, or nothing."""
    value = query.get(name, "")
    return value if value in known else ""


def in_tab(found: RequestFilter, tab: str) -> RequestFilter:
    """The same conditions under another tab: what its count counts."""
    if tab == OPEN_TAB:
        return replace(found, tab="all", open=True)
    return replace(found, tab=tab, open=None)


def changes_with_time(found: RequestFilter) -> bool:
    """True when rows may come and go although nothing happens."""
    return found.overdue is not None or found.due_soon is not None or bool(found.on_time or found.promise)


def further(query: QueryDict) -> Iterator[Condition]:
    """The conditions without a control, in words."""
    for name, label in FURTHER.items():
        if value := query.get(name, ""):
            without = query.copy()
            for gone in (name, *OF_THE_PAGE):
                without.pop(gone, None)
            yield Condition(name, str(label), _in_words(name, value), f"?{without.urlencode()}")


def _in_words(name: str, value: str) -> str:
    if name in _NAMED and is_key(value):
        return str(_NAMED[name].objects.filter(pk=int(value)).first() or value)
    if name in WITHOUT and value == "none":
        return pgettext("group", "none")
    if name == "instead":
        return value_in_words(value, names_of([value]))
    if name == "promise" and value in PROMISES:
        return _promise(value)
    for names, choices in _CODED.items():
        if name in names and value in choices.values:
            return str(choices(value).label)
    as_it_is = {"q", "requester", "door", "escalated"}
    return value if name in as_it_is else str(_WORDS.get(value, value))


def _promise(value: str) -> str:
    kind, _dash, end = value.partition("-")
    facts = {"target": NAMES[TargetKind(kind)]}
    if end == KEPT:
        return pgettext("promise", "%(target)s, kept") % facts
    return pgettext("promise", "%(target)s, not kept") % facts


class QueueForm(forms.Form):
    """The controls above the queue; each sends the form when it changes."""

    place = forms.ChoiceField(label=pgettext_lazy("filter", "Place"))
    category = forms.ChoiceField(label=pgettext_lazy("filter", "Category"))
    crew = forms.ChoiceField(label=pgettext_lazy("filter", "Crew"))
    priority = forms.ChoiceField(label=pgettext_lazy("filter", "Priority"))
    status = forms.ChoiceField(label=pgettext_lazy("filter", "State"))
    clock = forms.ChoiceField(label=pgettext_lazy("filter", "Clock"))

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        everything = [("", _("all"))]
        self._choose("place", [*everything, *_places(query)])
        self._choose("category", [*everything, *_named(Category.objects.filter(active=True))])
        self._choose("crew", [*everything, *_named(Crew.objects.filter(active=True))])
        self._choose("priority", [*everything, *Priority.choices])
        self._choose("status", [*everything, *RequestStatus.choices])
        self._choose("clock", CLOCK)

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def _places(query: QueryDict) -> list[tuple[int, str]]:
    """The sites, and the place that was chosen elsewhere."""
    found = _named(sites().defer("search_text", "search_grams").order_by("position", "code"))
    chosen = numbers(query, "place")
    if chosen is not None and chosen not in dict(found):
        found += _named(Place.objects.filter(pk=chosen))
    return found


def _named(rows: Any) -> list[tuple[int, str]]:
    return [(row.pk, str(row)) for row in rows]
