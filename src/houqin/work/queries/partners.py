"""How contractors have kept what they promised, as conditions."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q

from houqin.work.models import PartnerClock


def kept() -> Q:
    """Clocks of contractors that were met in time."""
    return Q(met_at__lte=F("due_at"))


def broken(now: dt.datetime) -> Q:
    """Clocks that were met too late, ended after their due time, or are past it and do not stand still."""
    running = Q(met_at__isnull=True, stopped_at__isnull=True, paused=False, due_at__lt=now)
    return Q(met_at__gt=F("due_at")) | Q(stopped_at__gt=F("due_at")) | running


def given_to(
    partner_id: int,
    *,
    kind: str,
    verdict: str,
    since: dt.datetime | None,
    until: dt.datetime | None,
    now: dt.datetime,
) -> Q:
    """Orders that a contractor with a standard of its own was given between two instants.

    With a `verdict` those whose promise of the `kind` it kept in time (`yes`) or did not (`no`).
    """
    clocks = PartnerClock.objects.filter(order=OuterRef("pk"), partner=partner_id)
    if since is not None:
        clocks = clocks.filter(started_at__gte=since)
    if until is not None:
        clocks = clocks.filter(started_at__lt=until)
    if verdict:
        clocks = clocks.filter(kept() if verdict == "yes" else broken(now), kind=kind)
    return Q(Exists(clocks))
