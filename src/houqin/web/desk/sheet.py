"""The queue as a spreadsheet: the columns of the page, and the times behind its clock.

What the clock says in words would be wrong an hour later, and is not in it.
"""

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.accounts.policies import masked_phone, may
from houqin.desk.models import ServiceRequest
from houqin.desk.queries.counted import verdict
from houqin.desk.queries.requests import requests
from houqin.kernel import clock
from houqin.web.desk import filters
from houqin.web.desk.rows import Row, rows_of
from houqin.web.exports.sheet import Column, Sheet

YES, NO = _("yes"), _("no")


def _found(user: User, query: QueryDict) -> QuerySet[ServiceRequest]:
    found = requests(filters.wanted(query), user).annotate(verdict=verdict(clock.now()))
    return filters.sorting_of(query).sorted(found)


def _overdue(row: Row) -> Promise | str:
    """Whether the repair was or is late as the file is written; nothing where nothing was promised."""
    if row.request.verdict == "no":  # type: ignore[attr-defined]
        return YES
    return NO if row.request.due_at or row.request.target_at else ""


def _columns(user: User) -> list[Column]:
    sees = may(user, "people.see_phones")

    def phone(row: Row) -> str:
        return row.request.contact_phone if sees else masked_phone(row.request.contact_phone)

    return [
        Column(pgettext_lazy("document", "Number"), lambda row: row.request.number, 18),
        Column(_("Place"), lambda row: row.where, 26),
        Column(pgettext_lazy("column", "Request"), lambda row: row.request.title, 40),
        Column(_("Category"), lambda row: str(row.request.category)),
        Column(_("Service"), lambda row: str(row.request.service or ""), 18),
        Column(_("Priority"), lambda row: row.request.get_priority_display()),
        Column(_("State"), lambda row: row.request.get_status_display()),
        Column(_("Next due"), lambda row: row.request.next_due_at, 17),
        Column(_("Overdue"), _overdue, 10),
        Column(_("Clock paused"), lambda row: YES if row.request.paused else "", 10),
        Column(_("Crew"), lambda row: row.who),
        Column(_("Contact"), lambda row: row.request.contact_name),
        Column(_("Phone"), phone),
        Column(_("Department"), lambda row: str(row.request.department or ""), 18),
        Column(_("Channel"), lambda row: row.request.get_channel_display()),
        Column(_("Reported"), lambda row: row.request.opened_at, 17),
        Column(_("First response"), lambda row: row.request.responded_at, 17),
        Column(_("Repair by"), lambda row: row.request.due_at, 17),
        Column(_("Resolved"), lambda row: row.request.resolved_at, 17),
        Column(_("Closed"), lambda row: row.request.closed_at, 17),
        Column(_("People affected"), lambda row: row.request.affected),
        Column(_("Times reopened"), lambda row: row.request.reopen_count),
    ]


SHEET = Sheet(_("Service requests"), "desk.view", _found, _columns, rows_of)
