"""Roles given and withdrawn."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import Grant, Role, User
from houqin.kernel.errors import Invalid, Refused
from houqin.org.models import Department, Place

EXCLUSIVE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Roles nobody may hold together under the profile `mlps2`: who sets up is not who audits."""


@transaction.atomic
def give(
    *,
    person: User,
    role: str,
    place: Place | None = None,
    department: Department | None = None,
    by: User | None = None,
) -> Grant:
    """Give a role everywhere, below a place or for a department; given twice it stays as it was.

    Whether `by` may give roles is the page's to ask. Raises `Invalid` for an unknown role or two
    bounds at once, and `Refused` where the password profile keeps two roles apart.
    """
    if role not in Role.values:
        raise Invalid(_("There is no such role."), field="role")
    if place is not None and department is not None:
        raise Invalid(_("A role is bound to a place or to a department, not to both."), field="department")
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    _require_compatible(person, role)
    grant, _made = Grant.objects.get_or_create(
        user=person,
        role=role,
        place=place,
        department=department,
        defaults={"given_by": by.username if by else ""},
    )
    return grant


@transaction.atomic
def withdraw(*, grant: Grant) -> None:
    """Take a role away; it is gone on the person's next request. Refused for the last administrator."""
    if grant.role == Role.ADMINISTRATOR and is_everywhere(grant):
        require_another_administrator(grant.user)
    grant.delete()


def require_another_administrator(person: User) -> None:
    """Raise `Refused` when nobody but `person` could set the house up.

    Locks the grants of all administrators in one order, so that two of them cannot take the role
    from each other at the same time.
    """
    holders = list(
        Grant.objects.select_for_update(of=("self", "user"))
        .filter(role=Role.ADMINISTRATOR, place__isnull=True, department__isnull=True, user__is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    ids = {grant.user_id for grant in holders}
    if ids == {person.pk}:
        raise Refused(_("This is the last administrator. Make somebody else administrator first."))


def is_everywhere(grant: Grant) -> bool:
    """Tell whether a grant is bound to nothing."""
    return grant.place_id is None and grant.department_id is None


def _require_compatible(person: User, role: str) -> None:
    if settings.PASSWORD_PROFILE != "mlps2" or role not in EXCLUSIVE:  # noqa: S105 - a profile's name
        return
    held = set(Grant.objects.filter(user=person, role__in=EXCLUSIVE).values_list("role", flat=True))
    if held - {role}:
        raise Refused(_("Nobody may be administrator and auditor at once."))
