"""Who has to agree to something: the steps that the rules make of its kind, amount and department."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from houqin.accounts.models import User
from houqin.approvals.kinds import KINDS
from houqin.approvals.models import ApprovalRule, Delegation, Mode
from houqin.kernel import clock
from houqin.org.models import Department


@dataclass
class Route:
    """One step: how many must agree, and who is asked."""

    position: int
    mode: str
    people: list[User] = field(default_factory=list)


def route(*, kind: str, amount: Decimal, department: Department | None, asker: User) -> list[Route]:
    """The steps for something worth `amount`, one after the other; empty when nobody has to agree.

    Who asks never sits among them. A kind without any rule in use needs one holder of the role its
    table entry names.
    """
    rules = list(ApprovalRule.objects.filter(kind=kind, active=True).select_related("person"))
    if not rules:
        return [Route(1, Mode.ANY, _holders(KINDS[kind].role, department, asker))]
    own = department.pk if department else None
    reached = [rule for rule in rules if rule.reaches(amount) and rule.department_id in {own, None}]
    by_position: dict[int, list[ApprovalRule]] = defaultdict(list)
    for rule in reached:
        by_position[rule.position].append(rule)
    return [
        _step(at, by_position[position], department, asker)
        for at, position in enumerate(sorted(by_position), start=1)
    ]


def _step(at: int, rules: Sequence[ApprovalRule], department: Department | None, asker: User) -> Route:
    own = [rule for rule in rules if rule.department_id is not None] or list(rules)
    people: dict[int, User] = {}
    for rule in own:
        named = [rule.person] if rule.person is not None else _holders(rule.role, department, asker)
        people |= {one.pk: one for one in named if one.pk != asker.pk and one.is_active}
    mode = Mode.ALL if any(rule.mode == Mode.ALL for rule in own) else Mode.ANY
    return Route(at, mode, [people[pk] for pk in sorted(people)])


def _holders(role: str, department: Department | None, asker: User) -> list[User]:
    """Who holds a role everywhere or for the department."""
    reach = Q(grants__department__isnull=True) | Q(grants__department=department)
    if department is None:
        reach = Q(grants__department__isnull=True)
    held = User.objects.filter(reach, grants__role=role, grants__place__isnull=True, is_active=True)
    return list(held.exclude(pk=asker.pk).distinct().order_by("pk"))


def short_of(steps: Iterable[Route]) -> int | None:
    """The first step for which no further person is left when nobody may agree twice; None if all fit.

    A step of which any one must agree takes one person, the others everybody they name.
    """
    seated: dict[int, tuple[int, int]] = {}
    steps = list(steps)
    for step in steps:
        wanted = [[one.pk] for one in step.people] if step.mode == Mode.ALL else [[p.pk for p in step.people]]
        if not step.people:
            return step.position
        for number, choice in enumerate(wanted):
            if not _seat((step.position, number), {(step.position, number): choice}, seated, steps):
                return step.position
    return None


def _seat(
    place: tuple[int, int],
    fresh: dict[tuple[int, int], list[int]],
    seated: dict[int, tuple[int, int]],
    steps: Sequence[Route],
) -> bool:
    """Find a person for a place, moving others on where they have a choice (an augmenting path)."""
    choices = dict(fresh)
    for step in steps:
        if step.mode == Mode.ANY:
            choices.setdefault((step.position, 0), [one.pk for one in step.people])
    seen: set[int] = set()

    def sit(at: tuple[int, int]) -> bool:
        for pk in choices.get(at, []):
            if pk not in seen:
                seen.add(pk)
                if pk not in seated or sit(seated[pk]):
                    seated[pk] = at
                    return True
        return False

    return sit(place)


def stand_in(person: User, *, on: dt.date | None = None, never: Iterable[int] = ()) -> User:
    """Who is asked in place of a person on a day (today): along delegations, else the person.

    Nobody in `never` stands in; a circle of delegations ends with the person.
    """
    on = on or clock.today()
    barred, seen, now = set(never), {person.pk}, person
    while True:
        found = (
            Delegation.objects.filter(person=now, first__lte=on, last__gte=on).select_related("to").first()
        )
        if found is None or not found.to.is_active or found.to_id in barred:
            return now
        if found.to_id in seen:
            return person
        seen.add(found.to_id)
        now = found.to
