"""What goes out: JSON of the hand-written shapes, references, pages."""

from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

from django.http import HttpResponse
from pydantic import BaseModel, Field

from houqin.accounts.models import User
from houqin.accounts.policies import masked_phone
from houqin.kernel.bilingual import in_language
from houqin.kernel.money import cents
from houqin.kernel.quantity import shown

Shape = TypeVar("Shape", bound=BaseModel)


class Ref(BaseModel):
    """A thing named in another one; `name` is in the caller's language."""

    id: int
    code: str
    name: str


class PersonRef(BaseModel):
    """A person named in a thing."""

    id: int
    name: str


class Page(BaseModel, Generic[Shape]):
    """Rows of one page; `next` is the cursor of the following one, null on the last."""

    items: list[Shape]
    next: str | None = Field(description="Send it as `cursor` to go on; null on the last page.")


def answer(shape: BaseModel, *, status: int = 200, etag: str = "", location: str = "") -> HttpResponse:
    """The shape as JSON; instants are RFC 3339 in UTC."""
    headers = {name: value for name, value in (("ETag", etag), ("Location", location)) if value}
    return HttpResponse(
        shape.model_dump_json(by_alias=True), status=status, content_type="application/json", headers=headers
    )


def named(key: int | None, code: str | None, name: str | None, name_en: str | None) -> Ref | None:
    """A reference from the columns of a joined row; None where there is none."""
    if key is None:
        return None
    return Ref(id=key, code=code or "", name=in_language(name or "", name_en or ""))


def person_ref(key: int | None, name: str | None) -> PersonRef | None:
    """A reference to a person from the columns of a joined row."""
    return None if key is None else PersonRef(id=key, name=name or "")


class Coded(Protocol):
    """A row that people name by a code."""

    pk: Any
    code: Any


def ref_of(row: Coded | None) -> Ref | None:
    """A reference to a loaded row."""
    return None if row is None else Ref(id=row.pk, code=row.code, name=str(row))


def shown_phone(number: str, *, plainly: bool) -> str:
    """A phone number, or what may be shown of it."""
    return number if plainly else masked_phone(number)


def user_ref(user: User | None) -> PersonRef | None:
    """A reference to a loaded person."""
    return None if user is None else PersonRef(id=user.pk, name=str(user))


def figure(value: Decimal) -> str:
    """A quantity as text without trailing zeros, `"2.5"`."""
    return shown(value).replace(",", "")


def amount(value: Decimal | None) -> str | None:
    """Yuan with both places, `"12.50"`; null for what is unknown or not to be seen."""
    return None if value is None else f"{cents(value):.2f}"
