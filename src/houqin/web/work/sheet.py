"""The list of work orders as a spreadsheet: the columns of the page, and the times of the work."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.web.exports.sheet import Column, Sheet
from houqin.web.work import filters
from houqin.web.work.rows import Row, rows_of
from houqin.work.models import WorkOrder
from houqin.work.queries.orders import orders

YES, NO = _("yes"), _("no")


def _found(user: User, query: QueryDict) -> QuerySet[WorkOrder]:
    return filters.sorting_of(query).sorted(orders(filters.wanted(query), user))


def _overdue(row: Row) -> Promise | str:
    """Whether the work was or is late as the file is written; nothing where nothing was promised."""
    one = row.order
    if one.due_at is None:
        return ""
    late = one.due_at < (one.completed_at or clock.now()) and (one.completed_at is not None or not one.paused)
    return YES if late else NO


def _columns(_user: User) -> list[Column]:
    return [
        Column(pgettext_lazy("document", "Number"), lambda row: row.order.number, 18),
        Column(_("Place"), lambda row: row.where, 26),
        Column(_("What is to be done"), lambda row: row.order.title, 40),
        Column(_("Job type"), lambda row: str(row.order.job_type)),
        Column(_("Priority"), lambda row: row.order.get_priority_display()),
        Column(_("State"), lambda row: row.order.get_status_display()),
        Column(_("Overdue"), _overdue, 10),
        Column(_("Clock paused"), lambda row: YES if row.order.paused else "", 10),
        Column(pgettext_lazy("visit", "Appointment"), lambda row: row.order.scheduled_from, 17),
        Column(_("Crew"), lambda row: str(row.order.crew or "")),
        Column(_("Technician"), lambda row: str(row.order.worker or "")),
        Column(_("Request"), lambda row: row.order.source, 18),
        Column(pgettext_lazy("order", "Raised"), lambda row: row.order.raised_at, 17),
        Column(_("Dispatched"), lambda row: row.order.dispatched_at, 17),
        Column(_("Accepted"), lambda row: row.order.accepted_at, 17),
        Column(_("Arrived"), lambda row: row.order.arrived_at, 17),
        Column(_("Started"), lambda row: row.order.started_at, 17),
        Column(_("Repair by"), lambda row: row.order.due_at, 17),
        Column(_("Completed"), lambda row: row.order.completed_at, 17),
        Column(_("Result"), lambda row: row.order.get_result_display()),
    ]


SHEET = Sheet(_("Work orders"), "work.view", _found, _columns, rows_of)
