"""The people an action is about: locked in one order, and only those its doer may decide for."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.kernel.errors import Missing, NotPermitted, Refused
from houqin.staffing.policies import may_manage, planned_people


def lock_planned(user_ids: Collection[int], by: User | None) -> list[User]:
    """The people, locked by primary key, when `by` plans for each of them; in the order of the ids.

    Two who plan for one person wait for each other here, so what is read afterwards stays true.
    Raises `Missing` for an unknown id and `NotPermitted` for somebody of another crew.
    """
    people = lock(user_ids)
    if by is not None:
        own = set(planned_people(by).filter(pk__in=user_ids).values_list("pk", flat=True))
        for person in people:
            if person.pk not in own:
                raise NotPermitted(_("You do not plan for %(name)s.") % {"name": person})
    return people


def lock_managed(user_id: int, by: User | None) -> User:
    """The person, locked, when `by` sets people's work up."""
    if by is not None and not may_manage(by):
        raise NotPermitted(_("You may not set up how people work."))
    return lock([user_id])[0]


def lock(user_ids: Collection[int]) -> list[User]:
    """The people, locked by primary key, in the order of the ids. Raises `Missing` for an unknown one."""
    # Only what `FOR NO KEY UPDATE` holds: rows that merely refer to a person need not wait.
    rows = User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=user_ids).order_by("pk")
    found = {person.pk: person for person in rows}
    if any(pk not in found for pk in user_ids):
        raise Missing(_("There is no such person."))
    return [found[pk] for pk in dict.fromkeys(user_ids)]


@contextmanager
def overtaken(constraint: str) -> Iterator[None]:
    """Turn what the constraint refuses into a sentence; it refuses only what came past the locks."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint not in str(error):
            raise
        raise Refused(
            _("Somebody else has planned for the same time. Look at it again, then plan.")
        ) from error
