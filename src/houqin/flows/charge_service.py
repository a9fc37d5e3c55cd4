"""A contractor's bill for an order is entered by hand, with its document.

Writes: budget (a cost entry), work (the order's story).
Locks: the order.
"""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.budget.actions.posting import Cost, post_costs
from houqin.budget.models import CostEntry, Element
from houqin.budget.queries.costs import by_source
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, NotPermitted, Refused
from houqin.kernel.flow import flow
from houqin.kernel.money import cents
from houqin.work.actions import moving
from houqin.work.policies import may_charge


@flow
def charge_service(
    *, order_id: int, amount: Decimal, document: str, by: User, note: str = "", at: dt.datetime | None = None
) -> CostEntry:
    """The cost entry of work others did for an order, in yuan, negative for a credit note.

    Raises `Invalid` without a document's number or for an amount that is nothing or not in cents,
    `Refused` when the document was charged to the order before, `NotPermitted`.
    """
    order = moving.lock(order_id)
    if not may_charge(by, order):
        raise NotPermitted(_("You may not charge costs to this work order."))
    document = document.strip()
    if not document:
        raise Invalid(_("Give the number of the bill."), field="document")
    if not amount or amount != cents(amount):
        raise Invalid(_("Give an amount in yuan and cents."), field="amount")
    if document in by_source(order.number, Element.SERVICE):
        raise Refused(
            _("%(document)s was charged to %(number)s before.")
            % {"document": document, "number": order.number}
        )
    when = at or clock.now()
    cost = Cost(order.number, amount, when, note.strip())
    entry = post_costs([cost], element=Element.SERVICE, source=document, by=by)[0]
    moving.record(
        order, "cost_charged", by=by, at=clock.now(), data={"amount": str(amount), "document": document}
    )
    return entry
