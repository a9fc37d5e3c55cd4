"""The tables of the manager's page: lines of a report with a list behind each of their figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from houqin.desk.queries.promised import KEPT, MISSED
from houqin.insight.promises import Kept, PartnerLine
from houqin.insight.service_levels import Figures, Line, ServiceLevels
from houqin.kernel.service_clock import TargetKind
from houqin.org.models import Place
from houqin.web.insight.links import Lists
from houqin.web.insight.periods import Period, month_of
from houqin.web.story import NAMES, OF_A_CONTRACTOR

SHOWN = 12
"""Lines of a table; what follows is added up in one more, which opens them all."""

TABLES: tuple[tuple[str, Promise], ...] = (
    ("month", _("By month")),
    ("service", _("By service")),
    ("place", _("By building")),
    ("crew", _("By crew")),
    ("department", _("By department")),
    ("channel", _("By channel")),
)
_PARAMETERS = {"service": "service", "crew": "in_charge", "department": "department"}


@dataclass(frozen=True)
class Row:
    """A line of a table; `urls` has the address of the list behind each figure, where there is one."""

    name: str
    figures: Figures
    urls: dict[str, str]
    rest: bool = False
    """Whether it adds up the lines that are not shown."""

    @property
    def percent(self) -> float | None:
        """The share on time in percent with one decimal."""
        share = self.figures.on_time_share
        return None if share is None else round(share * 100, 1)


@dataclass(frozen=True)
class Table:
    """The figures of a report by one dimension."""

    name: str
    title: str
    rows: list[Row]


@dataclass(frozen=True)
class KeptLine:
    """One kind of promise: its name, how often it was kept and not, and the share in percent."""

    name: str
    kept: Kept
    kept_url: str = ""
    missed_url: str = ""

    @property
    def percent(self) -> float | None:
        """The share that was kept in percent with one decimal."""
        return None if self.kept.share is None else round(self.kept.share * 100, 1)


@dataclass(frozen=True)
class Contractor:
    """A contractor with its promises and the lists behind them, empty for who may not open lists."""

    name: str
    orders: int
    promises: list[KeptLine]
    all_url: str
    late_url: str
    late: int


def promises(report: ServiceLevels, period: Period, lists: Lists) -> list[KeptLine]:
    """Our promises by kind, those of which any was decided, with the requests behind each."""
    return [
        KeptLine(
            str(NAMES[TargetKind(kind)]),
            kept,
            kept_url=lists.promise(f"{kind}-{KEPT}", period) if kept.met else "",
            missed_url=lists.promise(f"{kind}-{MISSED}", period) if kept.missed else "",
        )
        for kind, kept in report.by_kind.items()
        if kept.measured
    ]


def contractors(report: ServiceLevels, period: Period, *, linked: bool) -> list[Contractor]:
    """The contractors of a report; `linked` where the reader may open lists of work orders."""
    return [_contractor(line, period, linked=linked) for line in report.by_partner]


def _contractor(line: PartnerLine, period: Period, *, linked: bool) -> Contractor:
    kinds = [TargetKind.RESPONSE, TargetKind.ARRIVAL, TargetKind.RESOLUTION]
    query = {
        "tab": "all",
        "partner": str(line.key),
        "given_from": period.start.isoformat(),
        "given_until": period.last.isoformat(),
    }
    page = reverse("work:orders")

    def list_of(kind: str, kept: str) -> str:
        asked = {**query, "of": kind, "kept": kept}
        return f"{page}?{urlencode(asked)}" if linked else ""

    return Contractor(
        name=line.name,
        orders=line.orders,
        promises=[
            KeptLine(
                str(OF_A_CONTRACTOR[kind]),
                line.kinds.get(kind, Kept()),
                kept_url=list_of(kind, "yes"),
                missed_url=list_of(kind, "no"),
            )
            for kind in kinds
        ],
        all_url=f"{page}?{urlencode(query)}" if linked else "",
        late_url=list_of(TargetKind.RESOLUTION, "no"),
        late=line.kinds.get(TargetKind.RESOLUTION, Kept()).missed,
    )


def tables(report: ServiceLevels, period: Period, lists: Lists, *, whole: Sequence[str]) -> list[Table]:
    """The tables that have lines; those in `whole` with all of them, the others with `SHOWN` and the rest."""
    top = Place.objects.filter(parent__isnull=True, type=Place.Type.SITE)
    bare_sites = {str(pk) for pk in top.order_by().values_list("pk", flat=True)}
    found = []
    for name, title in TABLES:
        lines: list[Line] = getattr(report, f"by_{name}")
        cut = None if name in whole or name == "month" or len(lines) <= SHOWN + 1 else SHOWN
        rows = [_row(line, name, period, lists, bare_sites) for line in lines[:cut]]
        if cut is not None:
            rows.append(_rest(lines[cut:]))
        if rows:
            found.append(Table(name, str(title), rows))
    return found


def row_of(name: str, figures: Figures, period: Period, lists: Lists, line: dict[str, str]) -> Row:
    """A row with its lists; `line` are the conditions that set it apart from the whole."""
    counts = ("opened", "closed", "on_time", "late", "open", "open_overdue")
    return Row(name, figures, {figure: lists.of(figure, period, **line) for figure in counts})


def _row(line: Line, dimension: str, period: Period, lists: Lists, bare_sites: set[str]) -> Row:
    if dimension == "month":
        return row_of(line.name, line.figures, _within(month_of(line.key), period), lists, {})
    return row_of(line.name, line.figures, period, lists, _conditions(dimension, line.key, bare_sites))


def _conditions(dimension: str, key: str, bare_sites: set[str]) -> dict[str, str]:
    """What the queue is asked for; a line named after a site has what no building of it has."""
    if dimension == "channel":
        return {"door": key}
    if dimension == "place":
        return {"at": key or "none"} if not key or key in bare_sites else {"place": key}
    return {_PARAMETERS[dimension]: key or "none"}


def _within(month: Period, period: Period) -> Period:
    return Period(max(month.start, period.start), min(month.last, period.last))


def _rest(lines: Sequence[Line]) -> Row:
    words = ngettext("%(count)d other", "%(count)d others", len(lines)) % {"count": len(lines)}
    return Row(words, _sum(line.figures for line in lines), {}, rest=True)


def _sum(all_figures: Iterable[Figures]) -> Figures:
    """The counts added up; a median of medians would mean nothing."""
    total = Figures()
    counts = [field.name for field in fields(Figures) if field.name != "median_hours_to_close"]
    for figures in all_figures:
        added = {name: getattr(total, name) + getattr(figures, name) for name in counts}
        total = replace(total, **added)
    return total
