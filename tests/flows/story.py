"""Steps of a day at the desk in one word each, for stories that take many."""

from houqin.accounts.models import User
from houqin.desk.actions.requests import Report
from houqin.desk.models import Service, ServiceRequest
from houqin.flows.assign_work import assign_work
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import accept_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.submit_request import submit_request
from houqin.notify.models import Notice, OutMail
from houqin.work.models import WorkOrder
from tests.times import when


def reported(service: Service, requester: User | None = None, **facts: object) -> ServiceRequest:
    """Somebody reports a leak, by an account or by a QR code."""
    given = {"channel": "qr", "description": "洗手池下面漏水", **facts}
    report = Report(service_id=service.pk, requester_id=requester.pk if requester else None, **given)  # type: ignore[arg-type]
    return submit_request(report=report, by=requester)


def given_to(worker: User, request: ServiceRequest, by: User) -> WorkOrder:
    """The desk raises an order and gives it to a technician."""
    order = raise_work_order(request_id=request.pk, by=by)
    return assign_work(order_id=order.pk, by=by, worker_id=worker.pk)


def under_way(worker: User, request: ServiceRequest, by: User) -> WorkOrder:
    """The technician has started."""
    order = given_to(worker, request, by)
    accept_work(order_id=order.pk, by=worker)
    return start_work(order_id=order.pk, by=worker)


def done(worker: User, request: ServiceRequest, by: User, *, at: str = "11:00") -> WorkOrder:
    """The technician has finished, at a time."""
    order = under_way(worker, request, by)
    with when(at):
        return complete_work(order_id=order.pk, by=worker, result="fixed")


def fresh(request: ServiceRequest) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=request.pk)


def again(order: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.get(pk=order.pk)


def told(person: User) -> list[str]:
    """The kinds of everything a person was told, in order."""
    return list(Notice.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True))


def mailed(address: str) -> list[str]:
    """The kinds of all mails to an address, in order."""
    return list(OutMail.objects.filter(to=address).order_by("pk").values_list("kind", flat=True))
