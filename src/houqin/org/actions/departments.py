"""Departments and partners."""

from typing import Any, TypedDict, TypeVar, Unpack

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from houqin.kernel.errors import Invalid, Refused
from houqin.kernel.reading import plain
from houqin.org.models import Department, Partner

_TREE = 0x68716465
Registered = TypeVar("Registered", Department, Partner)


class DepartmentFacts(TypedDict, total=False):
    """What may be said about a department."""

    code: str
    name: str
    name_en: str
    parent: Department | None
    active: bool


class PartnerFacts(TypedDict, total=False):
    """What may be said about a partner."""

    code: str
    name: str
    name_en: str
    is_supplier: bool
    is_contractor: bool
    contact: str
    phone: str
    email: str
    active: bool


@transaction.atomic
def create_department(**facts: Unpack[DepartmentFacts]) -> Department:
    """Make a department; needs `code` and `name`. Raises `Invalid` with the field."""
    return _store(Department(), dict(facts))


@transaction.atomic
def change_department(*, department: Department, **facts: Unpack[DepartmentFacts]) -> Department:
    """Change a department; raises `Invalid` with the field, and `Refused` for a place inside itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE])
    department = Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
    above = facts.get("parent")
    while above is not None:
        if above.pk == department.pk:
            raise Refused(_("A department cannot be part of itself or of one that is part of it."))
        above = above.parent
    return _store(department, dict(facts))


@transaction.atomic
def create_partner(**facts: Unpack[PartnerFacts]) -> Partner:
    """Make a partner; needs `code` and `name`. Raises `Invalid` with the field."""
    return _store(Partner(), dict(facts))


@transaction.atomic
def change_partner(*, partner: Partner, **facts: Unpack[PartnerFacts]) -> Partner:
    """Change a partner; raises `Invalid` with the field."""
    return _store(Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk), dict(facts))


def _store(row: Registered, facts: dict[str, Any]) -> Registered:
    for field, value in facts.items():
        setattr(row, field, plain(value) if isinstance(value, str) else value)
    try:
        row.clean_fields()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Invalid(sentences[0], field=field) from error
    if type(row)._default_manager.filter(code__iexact=row.code).exclude(pk=row.pk).exists():  # noqa: SLF001
        raise Invalid(_("This code is already in use."), field="code")
    contact = (row.contact, row.phone) if isinstance(row, Partner) else ()
    row.set_search(row.code, row.name, row.name_en, *contact)
    row.save()
    return row
