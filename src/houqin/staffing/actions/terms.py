"""How people work: their hours and limits, the places they are bound to, the switch 在岗."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, NotPermitted
from houqin.org.models import Place
from houqin.staffing.actions.persons import lock, lock_managed
from houqin.staffing.models import Hours, Terms, WorkPlace
from houqin.staffing.policies import planned_people

DAY = 24 * 60
MOST_OPEN = 200


@transaction.atomic
def set_terms(
    *,
    user_id: int,
    by: User | None,
    hours: str | None = None,
    day_minutes: int | None = None,
    open_limit: int | None = None,
) -> Terms:
    """Set by which hours a person works, how many minutes in a day, how many orders at once.

    What is None stays as it is, or as it is for everybody without terms. Raises `Invalid` for hours
    that are none, minutes beyond a day, or a limit below one.
    """
    person = lock_managed(user_id, by)
    check(hours=hours, day_minutes=day_minutes, open_limit=open_limit)
    terms, _made = Terms.objects.get_or_create(user=person)
    for name, value in (("hours", hours), ("day_minutes", day_minutes), ("open_limit", open_limit)):
        if value is not None:
            setattr(terms, name, value)
    terms.save(update_fields=["hours", "day_minutes", "open_limit"])
    return terms


@transaction.atomic
def set_duty(*, user_id: int, on_duty: bool, by: User) -> Terms:
    """Turn a person's switch 在岗 on or off: their own, or that of somebody `by` plans for.

    As it is already, nothing changes. Raises `NotPermitted` for anybody else.
    """
    if user_id != by.pk and not planned_people(by).filter(pk=user_id).exists():
        raise NotPermitted(_("Only the person and those who plan for the crew turn this switch."))
    (person,) = lock([user_id])
    terms, _made = Terms.objects.get_or_create(user=person)
    if terms.on_duty != on_duty:
        terms.on_duty = on_duty
        terms.on_duty_changed_at = clock.now()
        terms.save(update_fields=["on_duty", "on_duty_changed_at"])
    return terms


@transaction.atomic
def set_places(*, user_id: int, place_ids: Collection[int], by: User | None) -> list[Place]:
    """Let a person work only below these places, and return them; with none, wherever the crew does."""
    person = lock_managed(user_id, by)
    places = list(Place.objects.filter(pk__in=place_ids))
    if len(places) != len(set(place_ids)):
        raise Missing(_("There is no such place."))
    WorkPlace.objects.filter(user=person).exclude(place__in=places).delete()
    known = set(WorkPlace.objects.filter(user=person).values_list("place_id", flat=True))
    WorkPlace.objects.bulk_create(
        WorkPlace(user=person, place=place) for place in places if place.pk not in known
    )
    return places


def check(*, hours: str | None, day_minutes: int | None, open_limit: int | None) -> None:
    """Raise `Invalid`, naming the field, for terms nobody can work by."""
    if hours is not None and hours not in Hours.values:
        raise Invalid(_("There are no such hours."), field="hours")
    if day_minutes is not None and not 0 < day_minutes <= DAY:
        raise Invalid(_("A day has 1 to 1440 minutes."), field="day_minutes")
    if open_limit is not None and not 0 < open_limit <= MOST_OPEN:
        raise Invalid(
            _("Somebody may have 1 to %(most)d orders at once.") % {"most": MOST_OPEN}, field="open_limit"
        )
