"""Licences people hold now, and those that end before long."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.staffing.models import Licence, LicenceKind

SOON = 30
"""Days before its end from which on a licence is told to end soon."""

REACHES = (30, 60, 90)
"""How far ahead the list of ending licences looks, in days."""


@dataclass(frozen=True)
class Held:
    """The last licence of a kind that a person has, and how many days it still holds after today."""

    licence: Licence
    left: int

    @property
    def later(self) -> bool:
        """It has not begun."""
        return self.licence.valid_from > clock.today()

    @property
    def ended(self) -> bool:
        """It held until yesterday or earlier."""
        return self.left < 0

    @property
    def soon(self) -> bool:
        """It holds today, and ends within `SOON` days."""
        return 0 <= self.left <= SOON


def latest() -> QuerySet[Licence]:
    """Of each person and kind in use the licence that holds longest: renewed ones are left out."""
    longer = Licence.objects.filter(
        user=OuterRef("user"), kind=OuterRef("kind"), valid_until__gt=OuterRef("valid_until")
    )
    return Licence.objects.filter(~Exists(longer), kind__active=True).select_related("kind", "user")


def held_by(user_ids: Collection[int], *, on: dt.date | None = None) -> dict[int, list[Held]]:
    """The last licence of each kind that people have or had, by id, those that end first in front."""
    day = on or clock.today()
    found: dict[int, list[Held]] = {pk: [] for pk in user_ids}
    for licence in latest().filter(user__in=user_ids).order_by("valid_until", "pk"):
        found[licence.user_id].append(Held(licence, (licence.valid_until - day).days))
    return found


def valid_on(
    user_ids: Collection[int], kinds: Collection[LicenceKind], day: dt.date
) -> dict[int, list[Licence]]:
    """The licences of these kinds that people hold on a day, by id, one of each kind."""
    found: dict[int, list[Licence]] = {pk: [] for pk in user_ids}
    if not kinds:
        return found
    held = Licence.objects.filter(
        user__in=user_ids, kind__in=kinds, valid_from__lte=day, valid_until__gte=day
    )
    for licence in held.select_related("kind").order_by("valid_until"):
        own = [one for one in found[licence.user_id] if one.kind_id != licence.kind_id]
        found[licence.user_id] = [*own, licence]
    return found


def ending(among: QuerySet[User], *, within: int | None, on: dt.date | None = None) -> QuerySet[Licence]:
    """The licences of these people that hold and end within so many days; without `within` the ended ones."""
    day = on or clock.today()
    of_them = latest().filter(user__in=among.values("pk"), user__is_active=True)
    if within is None:
        return of_them.filter(valid_until__lt=day).order_by("-valid_until", "pk")
    until = day + dt.timedelta(days=within)
    return of_them.filter(valid_until__gte=day, valid_until__lte=until).order_by("valid_until", "pk")


def ending_counts(among: QuerySet[User], *, on: dt.date | None = None) -> dict[int | None, int]:
    """How many end within each of `REACHES`, and under None how many have ended; one statement."""
    day = on or clock.today()
    until = day + dt.timedelta(days=max(REACHES))
    ends = (
        latest()
        .filter(user__in=among.values("pk"), user__is_active=True, valid_until__lte=until)
        .values_list("valid_until", flat=True)
    )
    left = [(end - day).days for end in ends]
    counts: dict[int | None, int] = {n: sum(0 <= days <= n for days in left) for n in REACHES}
    return counts | {None: sum(days < 0 for days in left)}
