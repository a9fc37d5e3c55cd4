"""Somebody reports something.

Writes: desk (the request with its clocks, its event, its photos), notify.
Locks: the number counter of the day, last.
"""

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.desk.actions.requests import Report, open_request
from houqin.desk.models import ServiceRequest
from houqin.flows.telling import tell_of_report
from houqin.kernel.errors import NotPermitted
from houqin.kernel.flow import flow


@flow
def submit_request(
    *, report: Report, by: User | None, at: dt.datetime | None = None, acknowledge: bool = True
) -> ServiceRequest:
    """The new request, with its clocks running; the requester and the desk are told.

    A signed-in person reports for themselves; for somebody else, or for an unknown caller, it takes
    the right to register requests. Without an account (`by` None) anybody may report. Unless
    it is to `acknowledge` the requester is not told. Raises
    `NotPermitted`, or `Invalid` for what is missing (see `Report`), and writes nothing then.
    """
    if by is not None and not may(by, "desk.register"):
        if report.requester_id not in {None, by.pk}:
            raise NotPermitted(_("You may report only for yourself."))
        report = replace(report, requester_id=by.pk)
    request = open_request(report=report, by=by, at=at)
    tell_of_report(request, by=by, acknowledge=acknowledge)
    return request
