"""Why somebody suits a job, or may not have it, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from houqin.web.ui.people_time import span
from houqin.work.models import DispatchDecision
from houqin.work.queries.candidates import Candidate
from houqin.work.queries.eligibility import read, said

WAYS = {
    "room": pgettext_lazy("distance", "in this room"),
    "floor": pgettext_lazy("distance", "on this floor"),
    "building": pgettext_lazy("distance", "in this building"),
    "site": pgettext_lazy("distance", "on this site"),
    "elsewhere": pgettext_lazy("distance", "at another site"),
}
NEAR = frozenset({"room", "floor", "building"})


@dataclass(frozen=True)
class Why:
    """One reason, and whether it speaks for the person."""

    good: bool
    text: str


@dataclass(frozen=True)
class Looked:
    """Somebody a decision looked at: points and reasons, or the sentence of what stood in the way."""

    name: str
    chosen: bool
    points: int | None
    why: list[Why]
    barred: str


def reasons(one: Candidate) -> list[Why]:
    """The reasons for and against a candidate, the trade first."""
    return _of(one.told()["facts"]) if not one.hurdles else []


def barred(one: Candidate) -> str:
    """What stands in the way of a candidate, in one or more sentences."""
    return said(one.worker, one.hurdles)


def looked_at(decision: DispatchDecision) -> list[Looked]:
    """Everybody a decision looked at, as it was kept."""
    return [
        Looked(
            name=one["name"],
            chosen=one["id"] == decision.chosen_id,
            points=one.get("points"),
            why=_of(one["facts"]) if "facts" in one else [],
            barred=said(one["name"], read(one.get("hurdles", ()))),
        )
        for one in decision.people
    ]


def counted(decision: DispatchDecision) -> str:
    """`3 people: away 2, licence ended 1` of a decision that found nobody; each by the first rule."""
    found: dict[str, int] = {}
    for one in decision.people:
        first = read(one["hurdles"])[0].short
        found[first] = found.get(first, 0) + 1
    if not found:
        return _("Nobody of the trade comes to this place.")
    people = ngettext("%(n)s person", "%(n)s people", len(decision.people)) % {"n": len(decision.people)}
    parts = _(", ").join(f"{short} {count}" for short, count in found.items())
    return _("%(people)s: %(parts)s") % {"people": people, "parts": parts}


def _of(facts: Mapping[str, Any]) -> list[Why]:
    knows = facts["knowledge"] != "none"
    found = [Why(knows, _("knows the trade") if knows else _("other trade"))]
    minutes = facts["queue_minutes"]
    idle = _("nothing at hand") if not minutes else _("%(span)s at hand") % {"span": span(minutes)}
    found.append(Why(not minutes, idle))
    found.append(Why(facts["distance"] in NEAR, str(WAYS[facts["distance"]])))
    if facts["done_here"]:
        done = ngettext("did this here %(n)s time", "did this here %(n)s times", facts["done_here"])
        found.append(Why(good=True, text=done % {"n": facts["done_here"]}))
    left = facts["minutes_left"]
    if left is not None and left < minutes + facts["job_minutes"]:
        found.append(Why(good=False, text=_("would be late")))
    return found
