"""How people rated what was done for them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from houqin.desk.models import Rating, ServiceRequest
from houqin.desk.queries.counted import on_days
from houqin.insight.period import local_days
from houqin.kernel import clock
from houqin.org.models import Organisation
from houqin.staffing.models import Crew

FEWEST = 5
"""A crew's scores are shown from this many ratings on: below, they point at persons."""

DEFAULT_LOW = 2


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Ratings of one set of requests; means are rounded to two places, shares go from 0 to 1.

    `mean` is over the three scores of every rating; a rating is low when one of its scores is.
    """

    n: int = 0
    mean: float | None = None
    mean_speed: float | None = None
    mean_attitude: float | None = None
    mean_quality: float | None = None
    low: int = 0
    low_share: float | None = None


@dataclass(frozen=True, kw_only=True)
class Satisfaction:
    """What was asked, what was answered, and how well.

    `asked` are closed requests that were not imported. A request accepted by silence was asked
    and not answered: silence lowers the response rate and is in no score.
    """

    asked: int = 0
    answered: int = 0
    response_rate: float | None = None
    scores: Scores = field(default_factory=Scores)
    by_crew: dict[str, Scores] = field(default_factory=dict)
    crews: dict[str, int] = field(default_factory=dict)
    """The keys of the crews in `by_crew`, for their lists."""

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        values = asdict(self)
        del values["crews"]
        return values


def satisfaction(
    *,
    start: dt.date,
    end: dt.date,
    as_of: dt.datetime | None = None,
    time_zone: str = "",
    among: QuerySet[ServiceRequest] | None = None,
) -> Satisfaction:
    """Return what people said of requests opened on the days `[start, end)`, by `as_of`.

    Days are local to the place as in `service_levels`, or to `time_zone`. Crews with fewer than `FEWEST`
    ratings are left out.
    """
    as_of = as_of or clock.now()
    requests = _asked_about(start, end, time_zone, among)
    asked = requests.filter(status=ServiceRequest.Status.CLOSED, closed_at__lte=as_of).count()
    found = ratings_of(start=start, end=end, time_zone=time_zone, among=among).filter(rated_at__lte=as_of)
    ratings = list(found.values_list("request_id", "request__crew_id", "speed", "attitude", "quality"))
    answered, low = len({rating[0] for rating in ratings}), low_score()
    by_crew, crews = _of_crews(ratings, low)
    return Satisfaction(
        asked=max(asked, answered),
        answered=answered,
        response_rate=round(answered / max(asked, answered), 4) if answered or asked else None,
        scores=_scores([rating[2:] for rating in ratings], low),
        by_crew=by_crew,
        crews=crews,
    )


def ratings_of(
    *,
    start: dt.date,
    end: dt.date,
    time_zone: str = "",
    among: QuerySet[ServiceRequest] | None = None,
) -> QuerySet[Rating]:
    """The ratings behind the scores of `satisfaction`, unordered."""
    requests = _asked_about(start, end, time_zone, among)
    return Rating.objects.filter(request__in=requests.order_by()).order_by()


def low_ones(low: int) -> Q:
    """Ratings with a score of at most `low`."""
    return Q(speed__lte=low) | Q(attitude__lte=low) | Q(quality__lte=low)


def low_score() -> int:
    """The score up to which a rating is low."""
    return Organisation.objects.values_list("low_score", flat=True).first() or DEFAULT_LOW


def _asked_about(
    start: dt.date, end: dt.date, time_zone: str, among: QuerySet[ServiceRequest] | None
) -> QuerySet[ServiceRequest]:
    requests = (ServiceRequest.objects.all() if among is None else among).filter(imported=False)
    if not time_zone:
        return requests.filter(on_days("opened_at", start, end - dt.timedelta(days=1)))
    since, until = local_days(start, end, time_zone)
    return requests.filter(opened_at__gte=since, opened_at__lt=until)


def _of_crews(ratings: Sequence[tuple[int, ...]], low: int) -> tuple[dict[str, Scores], dict[str, int]]:
    crews: dict[int, list[tuple[int, ...]]] = {}
    for _request, crew, *scores in ratings:
        if crew:
            crews.setdefault(crew, []).append(tuple(scores))
    enough = {crew: scores for crew, scores in crews.items() if len(scores) >= FEWEST}
    names = {crew.pk: str(crew) for crew in Crew.objects.filter(pk__in=enough)}
    by_crew = {names[crew]: _scores(scores, low) for crew, scores in enough.items()}
    return by_crew, {names[crew]: crew for crew in enough}


def _scores(ratings: Sequence[tuple[int, ...]], low: int) -> Scores:
    n = len(ratings)
    if not n:
        return Scores()
    speed, attitude, quality = (sum(scores) / n for scores in zip(*ratings, strict=True))
    bad = sum(min(scores) <= low for scores in ratings)
    return Scores(
        n=n,
        mean=round((speed + attitude + quality) / 3, 2),
        mean_speed=round(speed, 2),
        mean_attitude=round(attitude, 2),
        mean_quality=round(quality, 2),
        low=bad,
        low_share=round(bad / n, 4),
    )
