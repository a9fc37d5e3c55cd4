"""Addresses from which mail came back: for sending, for the pages, and for the desk."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from houqin.accounts.policies import Person
from houqin.kernel import clock
from houqin.notify.models import ReturnedMail, ReturningAddress, ReturnRule
from houqin.notify.policies import visible_returning

WORTH_A_HINT = dt.timedelta(days=30)


@dataclass(frozen=True)
class ReturnsFilter:
    """Which addresses: suspended or still written to, words in the address."""

    state: str = ""
    words: str = ""


@dataclass(frozen=True)
class Hint:
    """That mail does not reach an address: since when it is not written to, and the last code."""

    id: int
    suspended_at: dt.datetime | None
    last_at: dt.datetime
    status: str


def return_rule() -> ReturnRule:
    """Return the rule for returned mail; the usual one where nobody has set it."""
    return ReturnRule.objects.filter(pk=1).first() or ReturnRule(pk=1)


def is_suspended(address: str) -> bool:
    """Tell whether an address is written to no more."""
    return ReturningAddress.objects.filter(address=address.lower(), suspended_at__isnull=False).exists()


def hard_returns(address: ReturningAddress, rule: ReturnRule) -> QuerySet[ReturnedMail]:
    """Return the mails that count against an address: come back for good, lately, since it was lifted."""
    since = clock.now() - dt.timedelta(days=rule.within_days)
    if address.lifted_at is not None:
        since = max(since, address.lifted_at)
    return ReturnedMail.objects.filter(address=address, hard=True, at__gt=since)


def returning(chosen: ReturnsFilter, user: Person) -> QuerySet[ReturningAddress]:
    """Return the addresses the person may see that fit, with how many mails came back (`hards`, `softs`)."""
    found = visible_returning(user)
    if chosen.state in {"suspended", "written"}:
        found = found.filter(suspended_at__isnull=chosen.state == "written")
    if words := chosen.words.strip():
        found = found.filter(address__icontains=words)
    return found.annotate(
        hards=Count("returns", filter=Q(returns__hard=True)),
        softs=Count("returns", filter=Q(returns__hard=False)),
    )


def suspended_count() -> int:
    """Return how many addresses are written to no more."""
    return ReturningAddress.objects.filter(suspended_at__isnull=False).count()


def hint_for(addresses: Iterable[str]) -> Hint | None:
    """Return that mail does not reach one of the addresses, or None; one statement where all is well.

    It is worth a hint while the address is suspended, or when mail came back for good within 30 days
    since somebody lifted it.
    """
    wanted = {address.lower() for address in addresses if address}
    recent = Q(last_at__gt=clock.now() - WORTH_A_HINT)
    known = ReturningAddress.objects.filter(Q(suspended_at__isnull=False) | recent, address__in=wanted)
    row = known.order_by("suspended_at", "-last_at").first() if wanted else None
    if row is None:
        return None
    last = row.returns.filter(hard=True).first()
    if row.suspended_at is None and (last is None or (row.lifted_at and last.at <= row.lifted_at)):
        return None
    return Hint(row.pk, row.suspended_at, row.last_at, last.status if last else "")
