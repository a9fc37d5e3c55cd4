"""Licences: granted, renewed, corrected, ended before their time, struck out when entered by mistake."""

import datetime as dt

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.kernel.errors import Invalid, Missing
from houqin.kernel.reading import plain
from houqin.staffing.actions.persons import lock_managed
from houqin.staffing.models import Licence, LicenceKind

DAY = dt.timedelta(days=1)


@transaction.atomic
def grant(
    *,
    user_id: int,
    kind_id: int,
    valid_from: dt.date,
    valid_until: dt.date,
    by: User | None,
    number: str = "",
) -> Licence:
    """Note that a person holds a licence from a day until a day, both included.

    Raises `Invalid` when it would end before it begins, or one of that kind begins on that day
    already; `Missing` for a person or kind that does not exist.
    """
    person = lock_managed(user_id, by)
    kind = LicenceKind.objects.filter(pk=kind_id).first()
    if kind is None:
        raise Missing(_("There is no such kind of licence."))
    return _stored(
        Licence(user=person, kind=kind, number=plain(number), valid_from=valid_from, valid_until=valid_until)
    )


@transaction.atomic
def renew(
    *,
    licence_id: int,
    valid_until: dt.date,
    by: User | None,
    valid_from: dt.date | None = None,
    number: str | None = None,
) -> Licence:
    """Enter the licence that follows one, from the day after it (or `valid_from`), and return it.

    The number stays unless another is given. Raises `Invalid` when it would not hold longer than
    the one before.
    """
    old = _locked(licence_id, by)
    if valid_until <= old.valid_until:
        raise Invalid(
            _("The licence holds until %(until)s already; a renewal has to hold longer.")
            % {"until": _day(old.valid_until)},
            field="valid_until",
        )
    return _stored(
        Licence(
            user=old.user,
            kind=old.kind,
            number=old.number if number is None else plain(number),
            valid_from=valid_from or old.valid_until + DAY,
            valid_until=valid_until,
        )
    )


@transaction.atomic
def correct(
    *,
    licence_id: int,
    by: User | None,
    number: str | None = None,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> Licence:
    """Set right what was entered; what is None stays. Raises `Invalid` as `grant` does."""
    licence = _locked(licence_id, by)
    licence.number = licence.number if number is None else plain(number)
    licence.valid_from = valid_from or licence.valid_from
    licence.valid_until = valid_until or licence.valid_until
    return _stored(licence)


@transaction.atomic
def end(*, licence_id: int, on: dt.date, by: User | None) -> Licence:
    """Let a licence end early; `on` is the last day it holds.

    Raises `Invalid` when it ends by then anyhow, or had not begun.
    """
    licence = _locked(licence_id, by)
    if on >= licence.valid_until:
        raise Invalid(
            _("The licence ends on %(until)s anyhow.") % {"until": _day(licence.valid_until)}, field="on"
        )
    licence.valid_until = on
    return _stored(licence, field="on")


@transaction.atomic
def strike(*, licence_id: int, by: User | None) -> Licence:
    """Take out a licence that was entered by mistake, and return what it was; the history keeps it."""
    licence = _locked(licence_id, by)
    Licence.objects.filter(pk=licence_id).delete()
    return licence


def require_order(valid_from: dt.date, valid_until: dt.date, *, field: str = "valid_until") -> None:
    """Raise `Invalid` for a licence that ends before it begins."""
    if valid_until < valid_from:
        raise Invalid(
            _("The licence would end on %(until)s, before it begins on %(from)s.")
            % {"until": _day(valid_until), "from": _day(valid_from)},
            field=field,
        )


def _stored(licence: Licence, *, field: str = "valid_until") -> Licence:
    require_order(licence.valid_from, licence.valid_until, field=field)
    same = Licence.objects.filter(user=licence.user, kind=licence.kind, valid_from=licence.valid_from)
    if same.exclude(pk=licence.pk).exists():
        raise Invalid(
            _("%(name)s has a licence “%(kind)s” from %(from)s already; correct that one.")
            % {"name": licence.user, "kind": licence.kind, "from": _day(licence.valid_from)},
            field="valid_from",
        )
    licence.save()
    return licence


def _locked(licence_id: int, by: User | None) -> Licence:
    """The licence as it is once its person is locked."""
    whose = Licence.objects.filter(pk=licence_id).values_list("user_id", flat=True).first()
    if whose is not None:
        lock_managed(whose, by)
    licence = Licence.objects.select_related("user", "kind").filter(pk=licence_id).first()
    if licence is None:
        raise Missing(_("There is no such licence any more."))
    return licence


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")
