"""Leave: entered, changed when it becomes shorter or longer, and taken back."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.kernel.errors import Invalid, Missing, Refused
from houqin.kernel.rosters import Span, span_on
from houqin.staffing.actions.persons import lock_planned, overtaken
from houqin.staffing.models import Absence
from houqin.staffing.queries.rosters import away_said

CONSTRAINT = "absence_one_at_a_time"


@transaction.atomic
def enter(
    *,
    user_id: int,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User | None,
    kind: str = Absence.Kind.LEAVE,
    note: str = "",
) -> Absence:
    """Note that a person is away; shifts planned for the time stay, and nobody is given work in it.

    Raises `Invalid` when it would end before it begins, `Refused` naming both when the person is
    away then already.
    """
    (person,) = lock_planned([user_id], by)
    absence = Absence(user=person, kind=kind, starts_at=starts_at, ends_at=ends_at, note=note.strip())
    return _stored(absence)


@transaction.atomic
def change(
    *,
    absence_id: int,
    by: User | None,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    kind: str | None = None,
    note: str | None = None,
) -> Absence:
    """Make a leave shorter or longer, or correct what is said of it; what is None stays.

    Raises `Missing` when it is gone, else as `enter`.
    """
    absence = _locked(absence_id, by)
    for name, value in (("starts_at", starts_at), ("ends_at", ends_at), ("kind", kind), ("note", note)):
        if value is not None:
            setattr(absence, name, value)
    return _stored(absence)


@transaction.atomic
def cancel(*, absence_id: int, by: User | None) -> Absence:
    """Take a leave back, and return what it was. Raises `Missing` when it is gone already."""
    absence = _locked(absence_id, by)
    Absence.objects.filter(pk=absence_id).delete()
    return absence


def whole_days(first: dt.date, last: dt.date) -> Span:
    """From the beginning of the first day to the end of the last, local to the organisation."""
    tz, midnight = timezone.get_current_timezone(), dt.time()
    return Span(span_on(first, midnight, midnight, tz).start, span_on(last, midnight, midnight, tz).end)


def require_known(kind: str) -> None:
    """Raise `Invalid` for a reason that is none of ours."""
    if kind not in Absence.Kind.values:
        raise Invalid(_("There is no such kind of leave."), field="kind")


def require_order(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    """Raise `Invalid` for a leave that does not end after it begins."""
    if ends_at <= starts_at:
        raise Invalid(_("The leave would end before it begins."), field="ends_at")


def _stored(absence: Absence) -> Absence:
    require_known(absence.kind)
    require_order(absence.starts_at, absence.ends_at)
    span = Span(absence.starts_at, absence.ends_at)
    others = Absence.objects.filter(
        user_id=absence.user_id, starts_at__lt=absence.ends_at, ends_at__gt=absence.starts_at
    ).exclude(pk=absence.pk)
    for other in others[:1]:
        raise Refused(
            _("%(name)s is already away %(one)s; %(other)s would overlap with it.")
            % {
                "name": absence.user,
                "one": away_said(Span(other.starts_at, other.ends_at)),
                "other": away_said(span),
            }
        )
    with overtaken(CONSTRAINT):
        absence.save()
    return absence


def _locked(absence_id: int, by: User | None) -> Absence:
    """The leave as it is once its person is locked."""
    whose = Absence.objects.filter(pk=absence_id).values_list("user_id", flat=True).first()
    if whose is not None:
        lock_planned([whose], by)
    absence = Absence.objects.select_related("user").filter(pk=absence_id).first()
    if absence is None:
        raise Missing(_("There is no such leave any more."))
    return absence
