"""Who may be calling from a number: people with that telephone, and contacts of past requests."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from houqin.accounts.models import User
from houqin.accounts.policies import Person
from houqin.desk.models import ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.policies import visible_requests
from houqin.kernel import phone_numbers
from houqin.kernel.phone_numbers import PhoneNumber
from houqin.kernel.text_search import grams
from houqin.org.models import Place

MOST = 6
"""Callers to choose from."""
LOOKED_AT = 60
"""Past requests in which contacts of a number are looked for, the newest."""
PLACES = 3
OPEN_SHOWN = 6
_FEWEST_DIGITS = 3


@dataclass
class Caller:
    """Somebody who may be calling: a person of the house, or a contact without an account.

    `places` are those of their requests, the usual one first; `open` their unfinished requests as
    far as the operator may see them.
    """

    name: str
    person: User | None = None
    phone: str = ""
    places: list[Place] = field(default_factory=list)
    open: list[ServiceRequest] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What a form names them by: `u7` for a person, `c` and the name for a contact."""
        return f"u{self.person.pk}" if self.person else f"c{self.name}"


def callers(number: str, user: Person) -> list[Caller]:
    """Those who may be calling from a number, likeliest first; nobody for a withheld or unreadable one.

    People of the house come first, then contacts of past requests that the operator may see.
    Four statements at most, whatever the number.
    """
    wanted = phone_numbers.read(number)
    if wanted is None or len(wanted.digits) < _FEWEST_DIGITS:
        return []
    found = {f"u{one.pk}": Caller(str(one), one, one.phone) for one in people_with(wanted)}
    past = _requests_of(wanted, [one.person for one in found.values() if one.person], user)
    by_caller: dict[str, list[ServiceRequest]] = {}
    for request in past:
        key = f"u{request.requester_id}" if request.requester_id else f"c{request.contact_name}"
        if key not in found and request.requester is not None:
            found[key] = Caller(str(request.requester), request.requester, request.contact_phone)
        elif key not in found:
            found[key] = Caller(request.contact_name, None, request.contact_phone)
        by_caller.setdefault(key, []).append(request)
    for key, one in found.items():
        _put(one, by_caller.get(key, []))
    return list(found.values())[:MOST]


def person_calling(number: PhoneNumber | None) -> User | None:
    """The person with a number, where it is exactly one."""
    found = people_with(number) if number is not None else []
    return found[0] if len(found) == 1 else None


def people_with(number: PhoneNumber) -> list[User]:
    """Active people whose telephone it is, or, for an internal number, whose work number it is."""
    same_work_number = Q(username__iexact=number.digits) if number.is_internal else Q()
    held = _written("phone", number) | same_work_number
    near = User.objects.filter(_findable(number) | same_work_number, is_active=True).filter(held)
    rows = near.defer("search_text", "search_grams").select_related("department")[:LOOKED_AT]
    return [one for one in rows if _is(one.phone, number) or one.username.lower() == number.digits.lower()][
        :MOST
    ]


def _requests_of(number: PhoneNumber, people: list[User], user: Person) -> list[ServiceRequest]:
    """The newest visible requests with the number as contact, or of one of the people."""
    from_it = _findable(number) & _written("contact_phone", number)
    seen = visible_requests(user).filter(from_it | Q(requester__in=people))
    rows = _light(seen).order_by("-pk")[:LOOKED_AT]
    known = {one.pk for one in people}
    return [one for one in rows if one.requester_id in known or _is(one.contact_phone, number)]


def _light(found: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    joined = ("place", "requester__department", "category")
    return found.select_related(*joined).defer("search_text", "search_grams", "description")


def _put(caller: Caller, requests: list[ServiceRequest]) -> None:
    """Where they usually are, the most frequent first and of two the later one; and what is open."""
    times = Counter(one.place_id for one in requests if one.place_id)
    places = {one.place.pk: one.place for one in requests if one.place is not None and one.place.active}
    caller.places = sorted(places.values(), key=lambda place: -times[place.pk])[:PLACES]
    caller.open = [one for one in requests if one.status in OPEN][:OPEN_SHOWN]


def _is(written: str, number: PhoneNumber) -> bool:
    known = phone_numbers.read(written)
    return known is not None and phone_numbers.same(known, number)


def _findable(number: PhoneNumber) -> Q:
    """The rows whose search columns hold the end of the number: by index, a few too many."""
    tail = number.tail
    return Q(search_grams__contains=grams(tail), search_text__contains=tail)


def _written(column: str, number: PhoneNumber) -> Q:
    """The rows in whose column the digits of the number's end stand, whatever is between them."""
    digits = Func(F(column), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
    return Q(_Holds(digits, Value(number.tail)))


class _Holds(Func):
    """`strpos(text, part) > 0` as a condition."""

    template = "(strpos(%(expressions)s) > 0)"
    output_field = BooleanField()
