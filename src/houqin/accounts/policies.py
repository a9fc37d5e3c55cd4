"""What a person may do, and where.

A right comes from grants; a grant holds everywhere, below a place, or for a department.
Inactive people have no rights, from the next request on.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from houqin.accounts.models import Grant, Role, User
from houqin.accounts.permissions import CREW_BOUND, PERMISSIONS, ROLE_PERMISSIONS

Person = User | AnonymousUser


@dataclass(frozen=True)
class Scope:
    """Where a right holds: everywhere, below places, or for departments; crew-bound rights apart."""

    everywhere: bool = False
    place_ids: frozenset[int] = frozenset()
    department_ids: frozenset[int] = frozenset()
    own_crews: bool = False

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.place_ids or self.department_ids or self.own_crews)

    def condition(self, *, place: str, department: str | None) -> Q | None:
        """Return the rows inside the scope, or None when nothing but crews could match.

        `place` and `department` are the lookups from the row to its place and department;
        an empty Q means every row.
        """
        if self.everywhere:
            return Q()
        found: Q | None = None
        if self.place_ids:
            found = Q(**{f"{place}__lineage__overlap": sorted(self.place_ids)})
        if self.department_ids and department:
            by_department = Q(**{f"{department}__in": sorted(self.department_ids)})
            found = by_department if found is None else found | by_department
        return found


def grants_of(user: Person) -> list[Grant]:
    """Return the person's grants, read once for each loaded person; none for inactive people."""
    if not isinstance(user, User) or not user.is_active:
        return []
    kept: dict[str, Any] = user.__dict__
    if "_grants_read" not in kept:
        kept["_grants_read"] = list(user.grants.all())
    grants: list[Grant] = kept["_grants_read"]
    return grants


def roles_of(user: Person) -> frozenset[str]:
    """Return the roles a person holds anywhere."""
    return frozenset(grant.role for grant in grants_of(user))


def permissions_of(user: Person) -> frozenset[str]:
    """Return the rights a person holds anywhere."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles_of(user)))


def may(user: Person, permission: str) -> bool:
    """Tell whether the person holds the right anywhere; whether it reaches an object is for `scope`."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    return permission in permissions_of(user)


def scope(user: Person, permission: str) -> Scope:
    """Where the person holds the right."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    everywhere = own_crews = False
    places: set[int] = set()
    departments: set[int] = set()
    for grant in grants_of(user):
        if permission not in ROLE_PERMISSIONS[grant.role]:
            continue
        if grant.role in CREW_BOUND:
            own_crews = True
        elif grant.place_id:
            places.add(grant.place_id)
        elif grant.department_id:
            departments.add(grant.department_id)
        else:
            everywhere = True
    return Scope(everywhere, frozenset(places), frozenset(departments), own_crews)


def visible_people(user: Person) -> QuerySet[User]:
    """Return the people whose page a person may open: all for who sets people up, else oneself."""
    if may(user, "people.manage"):
        return User.objects.all()
    return User.objects.filter(pk=user.pk) if isinstance(user, User) else User.objects.none()


def is_staff(user: Person) -> bool:
    """Tell whether somebody has a role beyond requester: the desk pages are for them."""
    return bool(roles_of(user) - {Role.REQUESTER})


def masked_phone(phone: str) -> str:
    """`138****5678`: a number as it is shown to those who need not ring it."""
    if len(phone) < 7:  # noqa: PLR2004 - an internal extension
        return "*" * len(phone)
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"
