"""Who would be asked, before anything is: the rules tried on an amount."""

from dataclasses import dataclass
from decimal import Decimal

from houqin.accounts.models import User
from houqin.approvals.models import Mode
from houqin.approvals.queries.routes import route, short_of, stand_in
from houqin.org.models import Department


@dataclass(frozen=True)
class TriedStep:
    """A step: whether all must agree, and the people with who stands in for them today, if anybody."""

    position: int
    everybody: bool
    people: list[tuple[User, User | None]]


@dataclass(frozen=True)
class Tried:
    """The steps one after the other; `short` is the first for which nobody further is left."""

    steps: list[TriedStep]
    short: int | None


def try_rules(*, kind: str, amount: Decimal, department: Department | None, asker: User) -> Tried:
    """Who would be asked if `asker` put something worth `amount` yuan before them now; writes nothing."""
    planned = route(kind=kind, amount=amount, department=department, asker=asker)
    steps = [
        TriedStep(
            step.position,
            step.mode == Mode.ALL,
            [(person, _instead(person, asker)) for person in step.people],
        )
        for step in planned
    ]
    return Tried(steps, short_of(planned))


def _instead(person: User, asker: User) -> User | None:
    found = stand_in(person, never=[asker.pk])
    return found if found.pk != person.pk else None
