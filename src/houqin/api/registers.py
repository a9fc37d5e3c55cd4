"""Reference data: rows that are stored as they are told, once their own rules hold."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import BaseModel

from houqin.api.inputs import Input
from houqin.api.versions import content_tag, unchanged
from houqin.kernel.errors import Invalid
from houqin.kernel.reading import plain
from houqin.kernel.text_search import Searchable

M = TypeVar("M", bound=Model)


def stored(row: M, facts: Mapping[str, Any]) -> M:
    """The row with these columns, checked by its own fields and constraints, and stored.

    Raises `Invalid`, naming the column, and then writes nothing.
    """
    for name, value in facts.items():
        setattr(row, name, plain(value) if isinstance(value, str) else value)
    try:
        row.full_clean()
    except ValidationError as error:
        raise _refusal(error) from error
    if isinstance(row, Searchable):
        words: Any = row
        row.set_search(words.code, words.name, words.name_en)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Invalid(_("This code is already in use."), field="code") from error
    return row


def _refusal(error: ValidationError) -> Invalid:
    """The first thing that is wrong, in words for who cannot see a form."""
    field, errors = next(iter(error.error_dict.items()))
    sentences = {
        "unique": _("This code is already in use."),
        "blank": _("This is needed."),
        "invalid": _("There is no such row."),
    }
    named = None if field == NON_FIELD_ERRORS else field
    return Invalid(sentences.get(errors[0].code or "", errors[0].messages[0]), field=named)


def columns_of(payload: Input, *, links: tuple[str, ...] = ()) -> dict[str, Any]:
    """What was sent, as columns: `links` name members that hold the id of another row."""
    plain_values = payload.model_dump(include=payload.model_fields_set)
    return {f"{name}_id" if name in links else name: value for name, value in plain_values.items()}


@transaction.atomic
def changed(
    request: HttpRequest, row: M, shown: Callable[[M], BaseModel], change: Callable[[M], object]
) -> M:
    """The row, locked, changed where `If-Match` still holds, and read anew."""
    model = type(row)
    locked = model._default_manager.select_for_update(of=("self",)).get(pk=row.pk)  # noqa: SLF001
    with unchanged(request, lambda: content_tag(shown(locked))):
        change(locked)
    return model._default_manager.get(pk=row.pk)  # noqa: SLF001
