"""What a row of the queue shows of a request, from its own columns and the order it waits for."""

import datetime as dt
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from houqin.desk.models import RequestOrder, RequestStatus, ServiceRequest
from houqin.kernel import clock
from houqin.web.ui import clocks as chips
from houqin.web.ui import places, status
from houqin.web.ui.assets import icon
from houqin.work.models import Offer, WorkOrder, WorkOrderStatus
from houqin.work.models.orders import FINISHED
from houqin.work.queries.offers import standing

S = RequestStatus
CHOSEN = SafeString(' class="on" aria-current="true"')
LETTERS = string.ascii_uppercase
NO_CLOCK = SafeString('<span class="soft">—</span>')


@dataclass(frozen=True)
class Row:
    """A request with its clock and who has it."""

    request: ServiceRequest
    clock: chips.Clock | None
    who: str
    until: dt.datetime | None = None
    """Until when whoever has it is to accept it."""

    @property
    def short(self) -> tuple[str, str]:
        """The number as it is said: month and day (with the year when it is another one), and serial."""
        number = self.request.number
        day, _dash, serial = number.lstrip(LETTERS).partition("-")
        return (day[4:] if day[:4] == str(clock.today().year) else day[2:]), serial

    @property
    def shown(self) -> tuple[object, ...]:
        """Everything the row shows that may change; a clock's own ticking is left to the browser."""
        one = self.request
        clock_ = (self.clock.kind, self.clock.due, self.clock.words) if self.clock else None
        told = (one.title, self.where, one.affected, one.escalated, one.category_id, one.priority)
        return one.pk, *told, one.status, clock_, self.who, self.until

    @property
    def where(self) -> str:
        """The place, or what was written about it."""
        return str(self.request.place) if self.request.place else self.request.place_note


def rows_of(requests: Sequence[ServiceRequest]) -> list[Row]:
    """The rows, in the same order. Two statements, for what their orders wait for and for offers."""
    orders = live_orders(requests)
    offers = standing(orders.values())
    return [_row(request, orders.get(request.pk), offers) for request in requests]


def _row(request: ServiceRequest, order: WorkOrder | None, offers: Mapping[int, Offer]) -> Row:
    offer = offers.get(order.pk) if order else None
    until = offer.until if offer else None
    return Row(request, clock_of(request, order), who_has(request, order), until)


def drawn(rows: Sequence[Row], *, query: str, chosen: str) -> SafeString:
    """The rows of the table, the `chosen` one marked; `query` is the list they lead back to.

    Drawn here and not by the template, whose engine took longer for fifty rows than for all the rest
    of the page (adr 0013).
    """
    return SafeString("".join(_drawn(row, query=query, chosen=chosen) for row in rows))


_ROW = (
    '<tr data-row data-number="{number}" hx-get="{panel}?{query}"'
    ' hx-trigger="click, focusin delay:120ms"{on}>'
    '<td class="{edge}"><a class="id" id="r-{number}" href="{page}?{query}" title="{number}">'
    '<span class="meta">{day}-</span>{serial}</a></td>'
    '<td title="{where}">{place}</td>'
    '<td title="{title}"><span class="q-sub">{category} · {who}</span>{level}{affected}{title}</td>'
    '<td class="soft q-cat wide-only">{category}</td><td>{priority}</td><td>{state}</td><td>{clock}</td>'
    '<td class="q-who wide-only">{who}</td></tr>'
)


def _drawn(row: Row, *, query: str, chosen: str) -> SafeString:
    one, where = row.request, row.where
    day, serial = row.short
    return format_html(
        _ROW,
        number=one.number,
        panel=reverse("desk:panel", args=[one.number]),
        page=reverse("desk:request", args=[one.number]),
        query=query,
        on=CHOSEN if one.number == chosen else "",
        edge=row.clock.edge if row.clock else "",
        day=day,
        serial=serial,
        level=level_mark(one),
        where=where,
        place=places.cell(where),
        title=one.title,
        affected=_affected(one.affected),
        category=one.category,
        priority=status.priority(one.priority),
        state=status.badge(one),
        clock=chips.chip(row.clock) if row.clock else NO_CLOCK,
        who=_who(row),
    )


def _who(row: Row) -> SafeString | str:
    """Who has it; below, how long they have to accept it."""
    if row.until is None:
        return row.who or "—"
    return format_html("{}{}", row.who, chips.counting(row.until))


def _affected(people: int) -> SafeString | str:
    """How many people have the trouble, where it is more than the requester."""
    if people < 2:  # noqa: PLR2004 - one more than the requester
        return ""
    said = ngettext("%(n)s person affected", "%(n)s people affected", people) % {"n": people}
    return format_html('<span class="affected" title="{}">{}{}</span> ', said, icon("users"), people)


def level_mark(request: ServiceRequest) -> SafeString:
    """The level to which a request was escalated, before what it is about; nothing while it was not."""
    if not request.escalated:
        return SafeString("")
    title = _("escalated to level %(level)s") % {"level": request.escalated}
    return format_html('<span class="lvl" title="{}">{}</span> ', title, request.escalated)


def live_orders(requests: Sequence[ServiceRequest]) -> dict[int, WorkOrder]:
    """For each request the unfinished order that tells most: one on hold, else the newest."""
    links = (
        RequestOrder.objects.filter(request__in=[request.pk for request in requests])
        .exclude(order__status__in=FINISHED)
        .select_related("order__worker")
        .only(
            "request_id",
            "order__number",
            "order__status",
            "order__hold_reason",
            "order__promised_until",
            "order__worker__full_name",
            "order__worker__username",
        )
        .order_by("pk")
    )
    found: dict[int, WorkOrder] = {}
    for link in links:
        known = found.get(link.request_id)
        if known is None or known.status != WorkOrderStatus.ON_HOLD:
            found[link.request_id] = link.order
    return found


def clock_of(request: ServiceRequest, order: WorkOrder | None) -> chips.Clock | None:
    """The next clock of a request, what it waits for, or whether it was repaired in time."""
    if request.status == S.NEED_INFO:
        return _paused(request, _("answer awaited"))
    if request.is_open:
        return _running(request, order)
    if request.status in {S.RESOLVED, S.CLOSED} and request.due_at and request.resolved_at:
        kept = request.resolved_at <= request.due_at
        return (
            chips.Clock(chips.Kind.MET, words=_("in time"))
            if kept
            else chips.Clock(chips.Kind.MISSED, words=_("too late"))
        )
    return None


def who_has(request: ServiceRequest, order: WorkOrder | None) -> str:
    """The technician, else the crew."""
    if order is not None and order.worker is not None:
        return str(order.worker)
    return str(request.crew) if request.crew else ""


def _running(request: ServiceRequest, order: WorkOrder | None) -> chips.Clock | None:
    if request.paused:
        return _paused(request, waiting_for(order))
    if request.next_due_at is None:
        return None
    if request.provisional and request.next_due_at > clock.now():
        return chips.provisional(request.next_due_at)
    return chips.running(request.next_due_at, start=request.opened_at)


def _paused(request: ServiceRequest, words: str) -> chips.Clock:
    """A clock that waits; that another one is over, which a pause does not stop, is said before."""
    if request.next_due_at is not None and request.next_due_at < clock.now():
        words = _("over · %(waiting)s") % {"waiting": words}
    return chips.paused(words, due=request.due_at)


def waiting_for(order: WorkOrder | None) -> str:
    """What stands still waits for, and until when it was promised."""
    if order is None or not order.hold_reason:
        return _("paused")
    facts = {"what": order.get_hold_reason_display()}
    if order.promised_until is None:
        return _("waiting: %(what)s") % facts
    return _("waiting: %(what)s until %(when)s") % {**facts, "when": _day_or_time(order.promised_until)}


def _day_or_time(instant: dt.datetime) -> str:
    """Enough for a chip: the time of today, else the day."""
    local = timezone.localtime(instant)
    days = (local.date() - clock.today()).days
    if days == 0:
        return f"{local:%H:%M}"
    return _("tomorrow") if days == 1 else f"{local:%m-%d}"
