"""Finding people."""

from dataclasses import dataclass

from django.db.models import QuerySet

from houqin.accounts.models import Grant, Role, User
from houqin.accounts.policies import Person, visible_people
from houqin.kernel.reading import plain
from houqin.kernel.text_search import matches


@dataclass(frozen=True)
class PeopleFilter:
    """What a list of people is narrowed to; an empty field narrows nothing."""

    text: str = ""
    role: str = ""
    department_id: int | None = None
    partner_id: int | None = None
    active: bool | None = True


def people(wanted: PeopleFilter, user: Person) -> QuerySet[User]:
    """Return the people `user` may see that match, sorted by pinyin, with department and company loaded."""
    found = visible_people(user).select_related("department", "partner").defer("search_text", "search_grams")
    if wanted.text:
        found = found.filter(matches(wanted.text))
    if wanted.role:
        found = found.filter(pk__in=Grant.objects.filter(role=wanted.role).values("user"))
    if wanted.department_id is not None:
        found = found.filter(department=wanted.department_id)
    if wanted.partner_id is not None:
        found = found.filter(partner=wanted.partner_id)
    return found if wanted.active is None else found.filter(is_active=wanted.active)


def person_named(login: str) -> User | None:
    """Return the person with this e-mail address or user name, whatever the case, or None."""
    name = plain(login)
    field = "email__iexact" if "@" in name else "username__iexact"
    return User.objects.filter(**{field: name}).first() if name else None


def nobody_yet() -> bool:
    """Tell whether the installation has no people besides demonstration accounts: it awaits its first."""
    return not User.objects.filter(is_demo=False).exists()


def active_holders(role: Role) -> QuerySet[User]:
    """Return the people who may sign in and hold a role anywhere."""
    return User.objects.filter(is_active=True, pk__in=Grant.objects.filter(role=role).values("user"))
