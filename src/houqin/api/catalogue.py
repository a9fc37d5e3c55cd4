"""The catalogue: categories, services, job types, and the codes of failures."""

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query as FromQuery
from pydantic import BaseModel, Field

from houqin.accounts.models import User
from houqin.accounts.policies import is_staff, may
from houqin.api.answers import Page, Ref, answer, ref_of
from houqin.api.attached import ROOT
from houqin.api.auth import person_of
from houqin.api.inputs import Code, Flag, Input, Key, Line, Name, Query
from houqin.api.paging import Sort, page
from houqin.api.registers import changed, columns_of, stored
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.api.versions import content_tag
from houqin.desk.models import Category, Impact, Service, Urgency
from houqin.kernel.text_search import matches

area = Area()
BY_CODE = Sort("code", kind=str)
_LINKS = ("category", "job_type")
Position = Annotated[int, Field(ge=0, le=32_767)]


class Choice(Input):
    """One of the answers that may be chosen."""

    value: Annotated[Line, Field(min_length=1, max_length=60)]
    label: Name
    label_en: Line = ""


class Question(Input):
    """What is asked of who wants the service."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
    label: Name
    label_en: Line = ""
    kind: Literal["text", "number", "choice", "yesno"]
    choices: Annotated[list[Choice], Field(max_length=50)] = []
    required: bool = False


class CategoryRow(BaseModel):
    """A nature of faults, shown as a tile."""

    id: int
    code: str
    name: str
    name_en: str
    icon: str
    position: int
    active: bool


class CategoryDetail(CategoryRow):
    """A category in full."""


class ServiceRow(BaseModel):
    """Something people may ask for."""

    id: int
    code: str
    name: str
    name_en: str
    category: Ref
    job_type: Ref | None
    default_urgency: Urgency
    default_impact: Impact
    safety: bool
    public: bool
    is_fallback: bool = Field(description="Taken when only the category is known.")
    position: int
    active: bool


class ServiceDetail(ServiceRow):
    """A service with its questions."""

    questions: list[Question]


class CategoryQuery(Query):
    """Which categories."""

    active: Flag = True


class ServiceQuery(Query):
    """Which services."""

    q: str = Field("", max_length=100, pattern=r"^[^\x00]*$")
    category: Key | None = None
    active: Flag = True


class CategoryIn(Input):
    """What is said about a category."""

    name_en: Annotated[Line, Field(max_length=60)] = Field(default_factory=str)
    icon: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] = Field(default_factory=str)
    position: Position = Field(default_factory=int)
    active: bool = Field(default_factory=bool)


class NewCategory(CategoryIn):
    """A new category."""

    code: Code
    name: Annotated[Name, Field(max_length=40)]


class CategoryChange(CategoryIn):
    """What is to be different; what is not sent stays."""

    code: Code = Field(default_factory=str)
    name: Annotated[Name, Field(max_length=40)] = Field(default_factory=str)


class ServiceIn(Input):
    """What is said about a service."""

    name_en: Annotated[Line, Field(max_length=160)] = Field(default_factory=str)
    job_type: Key | None = None
    default_urgency: Literal["low", "normal", "high"] = Field(default_factory=lambda: "normal")
    default_impact: Literal["person", "room", "building"] = Field(default_factory=lambda: "room")
    safety: bool = Field(default_factory=bool)
    public: bool = Field(default_factory=bool)
    is_fallback: bool = Field(default_factory=bool)
    questions: Annotated[list[Question], Field(max_length=20)] = Field(default_factory=list)
    position: Position = Field(default_factory=int)
    active: bool = Field(default_factory=bool)


class NewService(ServiceIn):
    """A new service."""

    code: Annotated[Name, Field(max_length=60)]
    name: Annotated[Name, Field(max_length=120)]
    category: Key


class ServiceChange(ServiceIn):
    """What is to be different; what is not sent stays."""

    code: Annotated[Name, Field(max_length=60)] = Field(default_factory=str)
    name: Annotated[Name, Field(max_length=120)] = Field(default_factory=str)
    category: Key = Field(default_factory=int)


@area.get("/categories", response=Page[CategoryRow])
def list_categories(request: HttpRequest, wanted: FromQuery[CategoryQuery]) -> HttpResponse:
    """The categories, by code; those out of use are shown to who sets the catalogue up."""
    rows = _categories(person_of(request)).filter(active=wanted.active)
    part = page(rows, BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    items = [CategoryRow(**_category_facts(row)) for row in part.rows]
    return answer(Page[CategoryRow](items=items, next=part.next))


@area.post("/categories", response={201: CategoryDetail})
def create_category(request: HttpRequest, payload: NewCategory) -> HttpResponse:
    """Make a category."""
    shape = _category(stored(Category(), columns_of(payload)))
    return answer(shape, status=201, etag=content_tag(shape), location=f"{ROOT}/categories/{shape.id}")


@area.get("/categories/{int:key}", response=CategoryDetail)
def get_category(request: HttpRequest, key: int) -> HttpResponse:
    """One category."""
    shape = _category(found(_categories(person_of(request)), pk=key))
    return answer(shape, etag=content_tag(shape))


@area.patch("/categories/{int:key}", response=CategoryDetail)
def change_category(request: HttpRequest, key: int, payload: CategoryChange) -> HttpResponse:
    """Change what is sent."""
    row = found(_categories(person_of(request)), pk=key)
    facts = columns_of(payload)
    shape = _category(changed(request, row, _category, lambda one: stored(one, facts)))
    return answer(shape, etag=content_tag(shape))


@area.get("/services", response=Page[ServiceRow])
def list_services(request: HttpRequest, wanted: FromQuery[ServiceQuery]) -> HttpResponse:
    """The services the caller may choose, by code."""
    rows = _services(person_of(request)).filter(active=wanted.active)
    if wanted.category is not None:
        rows = rows.filter(category=wanted.category)
    if wanted.q:
        rows = rows.filter(matches(wanted.q))
    part = page(rows, BY_CODE, limit=wanted.limit, cursor=wanted.cursor)
    items = [ServiceRow(**_service_facts(row)) for row in part.rows]
    return answer(Page[ServiceRow](items=items, next=part.next))


@area.post("/services", response={201: ServiceDetail})
def create_service(request: HttpRequest, payload: NewService) -> HttpResponse:
    """Make a service."""
    made = stored(Service(), columns_of(payload, links=_LINKS))
    shape = _service(Service.objects.select_related(*_LINKS).get(pk=made.pk))
    return answer(shape, status=201, etag=content_tag(shape), location=f"{ROOT}/services/{shape.id}")


@area.get("/services/{int:key}", response=ServiceDetail)
def get_service(request: HttpRequest, key: int) -> HttpResponse:
    """One service with its questions."""
    shape = _service(found(_services(person_of(request)), pk=key))
    return answer(shape, etag=content_tag(shape))


@area.patch("/services/{int:key}", response=ServiceDetail)
def change_service(request: HttpRequest, key: int, payload: ServiceChange) -> HttpResponse:
    """Change what is sent; requests made before keep the questions as they were asked."""
    row = found(_services(person_of(request)), pk=key)
    facts = columns_of(payload, links=_LINKS)
    shape = _service(changed(request, row, _service, lambda one: stored(one, facts)))
    return answer(shape, etag=content_tag(shape))


def _categories(user: User) -> QuerySet[Category]:
    everything = Category.objects.all()
    return everything if may(user, "catalogue.manage") else everything.filter(active=True)


def _services(user: User) -> QuerySet[Service]:
    """Everything for who sets it up, what is in use for staff, what is offered to all for the others."""
    everything = Service.objects.select_related(*_LINKS).defer("search_text", "search_grams")
    if may(user, "catalogue.manage"):
        return everything
    in_use = everything.filter(active=True, category__active=True)
    return in_use if is_staff(user) else in_use.filter(public=True)


def _category_facts(row: Category) -> dict[str, Any]:
    return {"id": row.pk, **{name: getattr(row, name) for name in CategoryRow.model_fields if name != "id"}}


def _category(row: Category) -> CategoryDetail:
    return CategoryDetail(**_category_facts(row))


def _service_facts(row: Service) -> dict[str, Any]:
    own = ServiceRow.model_fields.keys() - {"id", "category", "job_type"}
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in own},
        "category": ref_of(row.category),
        "job_type": ref_of(row.job_type),
    }


def _service(row: Service) -> ServiceDetail:
    return ServiceDetail(**_service_facts(row), questions=[Question(**one) for one in row.questions])
