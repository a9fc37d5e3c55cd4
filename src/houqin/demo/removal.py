"""The demonstration is removed, with everything that hangs on it and its traces in the history.

Writes: every table that has a row of it.
Locks: the advisory lock of loading; then nothing, for nobody else works on rows of the demonstration.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pgtrigger
from django.db import connection, models, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from psycopg import sql

from houqin.accounts.models import User
from houqin.demo import campus, emptying, ground, letters
from houqin.demo.loading import is_loaded, lock
from houqin.desk.models import ServiceRequest, TriageProposal
from houqin.files import places as file_places
from houqin.files.models import Attachment
from houqin.intake.models import Call
from houqin.inventory.actions import counting
from houqin.inventory.actions.documents import LETTERS
from houqin.inventory.models import CountSession, StockDocument
from houqin.journal.models import NumberCounter
from houqin.kernel import numbering
from houqin.kernel.errors import Refused
from houqin.notify.models import Notice, OutMail, ReturningAddress
from houqin.org.models import Partner, Place
from houqin.work.models import Alarm, PartnerStandard, WorkOrder

Numbered = ServiceRequest | WorkOrder | StockDocument | CountSession

NAMED = 5
"""How many of those in the way a refusal names."""


@dataclass(frozen=True)
class Removed:
    """What is gone; nothing where nothing was loaded."""

    requests: int = 0
    orders: int = 0
    people: int = 0
    rows: int = 0


@dataclass(frozen=True)
class Going:
    """What a removal would take along; requests that its accounts have reported since are counted."""

    requests: int
    orders: int
    people: int
    places: int


@dataclass
class Doomed:
    """The keys of all rows that go, by table."""

    keys: dict[type[Model], set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, model: type[Model], keys: Iterable[int]) -> None:
        """Let rows go, and everything that cannot be without them."""
        new = set(keys) - self.keys[model]
        if not new:
            return
        self.keys[model] |= new
        for source, column in _referring(model, models.CASCADE):
            self.add(source, _pks(source, column, new))

    def in_the_way(self) -> Iterator[Model]:
        """Rows that stay and refer to one that goes."""
        for model, keys in list(self.keys.items()):
            for source, column in _referring(model, models.PROTECT):
                left = _pks(source, column, keys) - self.keys[source]
                yield from QuerySet(source).filter(pk__in=left).order_by("pk")


def what_goes() -> Going:
    """Return how much a removal would take along now."""
    requests = ground.requests()
    return Going(
        requests=requests.count(),
        orders=ground.orders(requests).count(),
        people=ground.people().count(),
        places=ground.registered(Place).count(),
    )


@transaction.atomic
def remove_demonstration(*, with_own_requests: bool = False) -> Removed:
    """Remove the demonstration and say what is gone; what demonstration accounts did goes along.

    What people of the house have made stays. Where something of theirs still refers to the
    demonstration (a request reported at one of its places, a person in one of its departments)
    nothing is removed and `Refused` names it; `with_own_requests` lets such requests and orders go
    too. The statutory holidays stay: they hold for everybody.
    """
    lock()
    if not is_loaded():
        return Removed()
    doomed = _doomed()
    if with_own_requests:
        _take_along(doomed)
    _require_nothing_in_the_way(doomed)
    removed = Removed(
        requests=len(doomed.keys[ServiceRequest]),
        orders=len(doomed.keys[WorkOrder]),
        people=len(doomed.keys[User]),
        rows=sum(map(len, doomed.keys.values())),
    )
    _forget_messages(doomed)
    days = _days(doomed)
    files = list(Attachment.objects.filter(pk__in=doomed.keys[Attachment]).values_list("key", flat=True))
    with pgtrigger.ignore():
        _delete(doomed)
    _count_again(days)
    campus.give_back_name()
    transaction.on_commit(lambda: _unlink(files))
    return removed


def _doomed() -> Doomed:
    doomed = Doomed()
    requests = ground.requests()
    orders = ground.orders(requests)
    mails = letters.letters()
    doomed.add(Attachment, mails.values_list("raw", flat=True))
    doomed.add(ReturningAddress, letters.addresses().values_list("pk", flat=True))
    doomed.add(Call, ground.calls().values_list("pk", flat=True))
    doomed.add(TriageProposal, ground.proposals().values_list("pk", flat=True))
    for rows in (mails, ground.photos(requests, orders), requests, orders, ground.labels(), ground.people()):
        doomed.add(rows.model, rows.values_list("pk", flat=True))
    for model in ground.CODED:
        doomed.add(model, ground.registered(model).values_list("pk", flat=True))
    doomed.add(PartnerStandard, _pks(PartnerStandard, "partner_id", doomed.keys[Partner]))
    emptying.empty(doomed, ground.stock_documents())
    return doomed


def _take_along(doomed: Doomed) -> None:
    """Let requests and orders of the house go that refer to the demonstration, as long as there are any.

    So do stock documents, unless goods of the house are on them, too.
    """
    while True:
        found: dict[type[Model], set[int]] = defaultdict(set)
        for row in doomed.in_the_way():
            owner = _owner(row)
            if isinstance(owner, ServiceRequest | WorkOrder | StockDocument):
                found[type(owner)].add(owner.pk)
        about = ground.about_our_goods().filter(pk__in=found.pop(StockDocument, ()))
        if not found and not about:
            return
        emptying.empty(doomed, about)
        for model, keys in found.items():
            doomed.add(model, keys)
        requests = ServiceRequest.objects.filter(pk__in=found[ServiceRequest])
        orders = WorkOrder.objects.filter(request_link__request__in=requests)
        doomed.add(WorkOrder, orders.values_list("pk", flat=True))
        files = Attachment.objects.filter(pk__in=ground.photos(requests, orders).values("pk"))
        doomed.add(Attachment, files.values_list("pk", flat=True))


def _require_nothing_in_the_way(doomed: Doomed) -> None:
    names = list(dict.fromkeys(_name(_owner(row)) for row in doomed.in_the_way()))
    if not names:
        return
    listed = pgettext("between names", ", ").join(names[:NAMED])
    if len(names) > NAMED:
        raise Refused(
            _(
                "The demonstration cannot be removed: %(names)s and %(more)s more refer to it. "
                "Change or delete them first."
            )
            % {"names": listed, "more": len(names) - NAMED}
        )
    raise Refused(
        _("The demonstration cannot be removed: %(names)s refer to it. Change or delete them first.")
        % {"names": listed}
    )


def _owner(row: Model) -> Model:
    """The request, order or stock document a row belongs to, else the row itself."""
    for name in ("request", "order", "document"):
        owner = getattr(row, name, None)
        if isinstance(owner, Model):
            return owner
    return row


def _name(row: Model) -> str:
    return str(getattr(row, "number", None) or row)


def _referring(model: type[Model], on_delete: Any) -> Iterator[tuple[type[Model], str]]:
    """Tables and columns that refer to a table and do that when a row of it goes."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.on_delete is not on_delete:
            continue
        source = relation.related_model
        if isinstance(source, type) and issubclass(source, Model):
            yield source, relation.field.attname


def _pks(source: type[Model], column: str, keys: Collection[int]) -> set[int]:
    return set(QuerySet(source).filter(**{f"{column}__in": keys}).values_list("pk", flat=True))


def _forget_messages(doomed: Doomed) -> None:
    """Delete what was told about the requests and orders that go: it is known by their numbers."""
    numbers = _numbers(doomed)
    Alarm.objects.filter(subject__in=numbers).delete()
    Notice.objects.filter(subject__in=numbers).delete()
    OutMail.objects.filter(about__in=numbers).delete()
    OutMail.objects.filter(recipient__in=doomed.keys[User]).delete()


def _numbers(doomed: Doomed) -> list[str]:
    numbered: set[type[Numbered]] = set(_numbered().values())
    return [
        number
        for model in sorted(numbered, key=lambda one: one._meta.label)
        for number in model.objects.filter(pk__in=doomed.keys[model]).values_list("number", flat=True)
    ]


def _numbered() -> dict[str, type[Numbered]]:
    """The table a number belongs to, by the letters it begins with."""
    return {
        numbering.REQUEST: ServiceRequest,
        numbering.WORK_ORDER: WorkOrder,
        counting.LETTERS: CountSession,
        **dict.fromkeys(LETTERS.values(), StockDocument),
    }


def _days(doomed: Doomed) -> set[tuple[str, dt.date]]:
    """Kind and day of every number that goes."""
    found = (numbering.PATTERN.match(number) for number in _numbers(doomed))
    return {
        (match[1], dt.datetime.strptime(match[2], "%Y%m%d").replace(tzinfo=dt.UTC).date())
        for match in found
        if match
    }


def _delete(doomed: Doomed) -> None:
    """Delete rows and their history; the foreign keys are checked when the transaction ends."""
    for model, keys in doomed.keys.items():
        for source, column in _referring(model, models.SET_NULL):
            QuerySet(source).filter(**{f"{column}__in": keys}).update(**{column: None})
    for model, keys in doomed.keys.items():
        history = getattr(model, "pgh_event_model", None)
        if history is not None:
            _delete_rows(history, "pgh_obj_id", keys)
        _delete_rows(model, "id", keys)


def _delete_rows(model: type[Model], column: str, keys: Collection[int]) -> None:
    statement = sql.SQL("DELETE FROM {} WHERE {} = ANY (%s)").format(
        sql.Identifier(model._meta.db_table), sql.Identifier(column)
    )
    with connection.cursor() as cursor:
        # As text, for pghistory looks into statements executed during a web request.
        cursor.execute(statement.as_string(cursor.cursor), [list(keys)])


def _count_again(days: Iterable[tuple[str, dt.date]]) -> None:
    """Let the counters of those days stand at the last number that is left."""
    left = _numbered()
    for kind, day in sorted(days):
        counter = NumberCounter.objects.filter(kind=kind, day=day)
        numbers = left[kind].objects.filter(number__startswith=f"{kind}{day:%Y%m%d}-")
        serials = [int(number.rpartition("-")[2]) for number in numbers.values_list("number", flat=True)]
        if serials:
            counter.update(last=max(serials))
        else:
            counter.delete()


def _unlink(keys: Iterable[str]) -> None:
    for key in keys:
        file_places.file_of(key).unlink(missing_ok=True)
        file_places.thumbnail_of(key).unlink(missing_ok=True)
