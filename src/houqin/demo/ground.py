"""What of the tables belongs to the demonstration: codes that begin alike, and what is marked."""

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.demo.campus import PREFIX, SITE
from houqin.desk.models import (
    Category,
    RequestEvent,
    Service,
    ServiceRequest,
    TriageProposal,
    TriageRule,
)
from houqin.files.models import Attachment
from houqin.intake.models import Call, CallEvent, PhoneLine
from houqin.inventory.models import Item, ItemCategory, StockDocument, StockLine, Unit, Warehouse
from houqin.kernel.errors import Refused
from houqin.org.models import Calendar, Department, Partner, Place, QrCode
from houqin.staffing.models import Crew, LicenceKind, ShiftKind, Trade
from houqin.work.models import FailureCode, JobType, OrderEvent, ServiceStandard, WorkOrder

CODED: tuple[type[Model], ...] = (
    Place,
    Department,
    Partner,
    Calendar,
    Trade,
    Crew,
    LicenceKind,
    ShiftKind,
    ServiceStandard,
    JobType,
    FailureCode,
    Category,
    Service,
    PhoneLine,
    TriageRule,
    Warehouse,
    ItemCategory,
    Item,
    Unit,
)
"""Registers whose rows are known by their codes."""


def require_free_codes() -> None:
    """Pass when no code of the house begins like those of the demonstration; raise `Refused` else."""
    for model in CODED:
        row = QuerySet(model).filter(_ours(ignore_case=True)).first()
        if row is not None:
            raise Refused(
                _(
                    "The demonstration cannot be loaded: “%(name)s” has a code that begins with %(prefix)s, "
                    "as those of the demonstration do."
                )
                % {"name": row, "prefix": PREFIX}
            )


def registered(model: type[Model]) -> QuerySet[Model]:
    """The rows of a register that belong to the demonstration."""
    return QuerySet(model).filter(_ours())


def proposals() -> QuerySet[TriageProposal]:
    """What the rules of the demonstration said, of requests of the house too."""
    return TriageProposal.objects.filter(rule__in=registered(TriageRule))


def people() -> QuerySet[User]:
    """The demonstration accounts."""
    return User.objects.filter(is_demo=True)


def requests() -> QuerySet[ServiceRequest]:
    """The requests of the demonstration, and those its accounts have reported since."""
    opened = RequestEvent.objects.filter(kind="opened", actor__is_demo=True)
    ours = Q(is_demo=True) | Q(requester__is_demo=True) | Q(pk__in=opened.values("request"))
    return ServiceRequest.objects.filter(ours)


def orders(of_requests: QuerySet[ServiceRequest]) -> QuerySet[WorkOrder]:
    """The orders of these requests, and those without a request that demonstration accounts have raised."""
    raised = OrderEvent.objects.filter(kind="raised", actor__is_demo=True)
    alone = Q(request_link__isnull=True, pk__in=raised.values("order"))
    return WorkOrder.objects.filter(Q(request_link__request__in=of_requests) | alone)


def calls() -> QuerySet[Call]:
    """The calls of the demonstration, and those its accounts have taken or called back since."""
    theirs = Q(operator__is_demo=True) | Q(called_back_by__is_demo=True)
    taken = CallEvent.objects.filter(actor__is_demo=True)
    return Call.objects.filter(Q(is_demo=True) | theirs | Q(pk__in=taken.values("call")))


def stock_documents() -> QuerySet[StockDocument]:
    """The stock documents of the demonstration, and those its accounts have written about its goods alone."""
    ours = Q(is_demo=True) | Q(by__is_demo=True)
    return StockDocument.objects.filter(ours & Q(pk__in=about_our_goods()))


def about_our_goods() -> QuerySet[StockDocument]:
    """The documents whose every line is about an item of the demonstration."""
    others = StockLine.objects.exclude(item__in=registered(Item))
    return StockDocument.objects.exclude(pk__in=others.values("document"))


def labels() -> QuerySet[QrCode]:
    """The QR labels of the demonstration's places."""
    return QrCode.objects.filter(place__in=registered(Place))


def photos(of_requests: QuerySet[ServiceRequest], of_orders: QuerySet[WorkOrder]) -> QuerySet[Attachment]:
    """The files on these requests and orders, and those demonstration accounts have stored."""
    on_requests = of_requests.filter(attachments__isnull=False).values("attachments__attachment")
    on_orders = of_orders.filter(attachments__isnull=False).values("attachments__attachment")
    return Attachment.objects.filter(
        Q(pk__in=on_requests) | Q(pk__in=on_orders) | Q(uploaded_by__is_demo=True)
    )


def _ours(*, ignore_case: bool = False) -> Q:
    if ignore_case:
        return Q(code__istartswith=PREFIX) | Q(code__iexact=SITE)
    return Q(code__startswith=PREFIX) | Q(code=SITE)
