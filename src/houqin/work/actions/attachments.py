"""Photos and files of an order."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.files.models import Attachment
from houqin.kernel.errors import Invalid, Missing, NotPermitted
from houqin.work.actions import moving
from houqin.work.models import OrderAttachment, WorkOrder, WorkOrderStatus
from houqin.work.policies import may_record

S = WorkOrderStatus
_SETTLED = frozenset({S.VERIFIED, S.CLOSED, S.CANCELLED})


@transaction.atomic
def attach(
    *,
    order_id: int,
    attachment_ids: Collection[int],
    by: User | None,
    stage: str = OrderAttachment.Stage.AFTER,
    public: bool = False,
    at: dt.datetime | None = None,
) -> list[OrderAttachment]:
    """Put stored files on an order and return the new ties; a file that is there already stays.

    A person attaches only files they stored themselves. `public` ones are shown to the requester.
    Raises `Invalid` for an unknown stage, `Missing` for an unknown file, `NotPermitted` for somebody
    who does not work on the order, `StaleState` once it is closed.
    """
    order = _open(order_id, by)
    if stage not in OrderAttachment.Stage.values:
        raise Invalid(_("Please say when the photo was taken."), field="stage")
    files = Attachment.objects.filter(pk__in=attachment_ids)
    if by is not None:
        files = files.filter(uploaded_by=by)
    if len(files) != len(set(attachment_ids)):
        raise Missing(_("There is no such file."))
    there = set(OrderAttachment.objects.filter(order=order).values_list("attachment_id", flat=True))
    new = [file for file in files if file.pk not in there]
    made = OrderAttachment.objects.bulk_create(
        OrderAttachment(order=order, attachment=file, stage=stage, public=public) for file in new
    )
    if made:
        _note(order, "attached", new, by=by, at=at)
    return made


@transaction.atomic
def show(*, order_id: int, attachment_id: int, public: bool, by: User | None) -> OrderAttachment:
    """Show a file of an order to the requester, or hide it. Raises as `attach` does."""
    order = _open(order_id, by)
    tie = _tie(order, attachment_id)
    tie.public = public
    tie.save(update_fields=["public"])
    return tie


@transaction.atomic
def detach(*, order_id: int, attachment_id: int, by: User | None, at: dt.datetime | None = None) -> WorkOrder:
    """The order without a file; the file itself stays stored. Raises as `attach` does."""
    order = _open(order_id, by)
    tie = _tie(order, attachment_id)
    _note(order, "detached", [tie.attachment], by=by, at=at)
    tie.delete()
    return order


def _open(order_id: int, by: User | None) -> WorkOrder:
    order = moving.lock(order_id)
    if by is not None and not may_record(by, order):
        raise NotPermitted(_("You do not work on this order."))
    if order.status in _SETTLED:
        raise moving.stale(order)
    return order


def _tie(order: WorkOrder, attachment_id: int) -> OrderAttachment:
    tie = OrderAttachment.objects.filter(order=order, attachment_id=attachment_id).first()
    if tie is None:
        raise Missing(_("There is no such file."))
    return tie


def _note(
    order: WorkOrder, kind: str, files: Collection[Attachment], *, by: User | None, at: dt.datetime | None
) -> None:
    when = moving.instant(order, at)
    moving.save(order, at=when)
    moving.record(order, kind, by=by, at=when, data={"names": [file.name for file in files]})
