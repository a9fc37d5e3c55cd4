"""Open requests that somebody had in the source go to that person here, as far as the rules allow.

What is closed is a fact and asks nobody. What is open would be work from today on: the hard rules of
dispatch hold for it as for every other order.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions.moving import lock
from houqin.desk.models import ServiceRequest
from houqin.flows.history.mapping import HistoryMapping
from houqin.flows.history.rows import HistoricRow
from houqin.flows.raise_work_order import raise_for
from houqin.kernel.errors import Refused
from houqin.work.actions import orders
from houqin.work.models import WorkOrder


def hand_over(rows: Sequence[HistoricRow], mapping: HistoryMapping) -> dict[str, str]:
    """Raise an order for each new open request with a technician and give it to them.

    Returns why, by the id in the source, for those that could not be given: no such technician, no job
    type, a hard rule. Their order, if there is one, waits for dispatch. All orders are raised before
    the first is given, and given by person: so everybody locks the number counter before people.
    """
    wanted = {row.external_id: row for row in rows if row.technician and row.closed_at is None}
    if not wanted:
        return {}
    stored = ServiceRequest.objects.filter(external_source=mapping.source, external_id__in=list(wanted))
    left: dict[str, str] = {}
    given: list[tuple[int, str, WorkOrder]] = []
    for external_id, pk in stored.exclude(external_id="").order_by("pk").values_list("external_id", "pk"):
        with _told(left, external_id):
            order = _raised(pk)
            given.append((_named(wanted[external_id].technician).pk, external_id, order))
    for person_id, external_id, order in sorted(given, key=itemgetter(0)):
        with _told(left, external_id):
            if order.status == WorkOrder.Status.TO_DISPATCH:
                orders.assign(order_id=order.pk, worker_id=person_id, by=None)
    return left


@contextmanager
def _told(left: dict[str, str], external_id: str) -> Iterator[None]:
    """Keep the sentence of a refusal, which has then written nothing."""
    try:
        with transaction.atomic():
            yield
    except Refused as refusal:
        left[external_id] = _("It waits for dispatch: %(why)s") % {"why": refusal}


def _raised(request_id: int) -> WorkOrder:
    request = lock(request_id)
    job_type = request.service.job_type if request.service else None
    if job_type is None:
        raise Refused(_("its service has no job type."))
    return raise_for(request, job_type_id=job_type.pk, by=None)


def _named(name: str) -> User:
    """The one person with that sign-in name, or else with that full name."""
    found = list(User.objects.filter(username__iexact=name)[:1])
    found = found or list(User.objects.filter(full_name=name)[:2])
    if not found:
        raise Refused(_("there is no technician “%(name)s”.") % {"name": name})
    if len(found) > 1:
        raise Refused(_("several people are called “%(name)s”; use sign-in names.") % {"name": name})
    return found[0]
