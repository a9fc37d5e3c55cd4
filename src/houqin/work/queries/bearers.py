"""Who bears the cost of goods: a work order or a department, by the number or code that people quote."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.kernel.errors import Refused
from houqin.org.models import Department
from houqin.work.models import WorkOrder
from houqin.work.policies import visible_orders


@dataclass(frozen=True)
class Bearer:
    """Who bears a cost; `order` is None for a department."""

    code: str
    name: str
    order: WorkOrder | None = None


def bearer_of(code: str, user: User) -> Bearer | None:
    """The visible work order or the department with this number or code; None without any.

    Raises `Refused` for an order that is finished: nothing can be booked on it.
    """
    order = visible_orders(user).filter(number=code.upper()).defer("search_text", "search_grams").first()
    if order is not None:
        if order.is_finished:
            raise Refused(
                _("Work order %(number)s is finished: nothing can be booked on it.") % {"number": code}
            )
        return Bearer(order.number, order.title, order)
    department = Department.objects.filter(code__iexact=code, active=True).first()
    return Bearer(department.code, str(department)) if department else None
