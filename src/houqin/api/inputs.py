"""What comes in: bodies and queries that take exactly what they say, and the types they are made of."""

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

MOST_ROWS = 200
YEARS = range(1900, 2200)
_NO_NUL = r"^[^\x00]*$"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII | re.IGNORECASE
)


class Input(BaseModel):
    """A JSON body: an unknown member and a value of another type are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def given(self) -> dict[str, Any]:
        """The members that were sent, nulls included."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Nothing(Input):
    """A body without members; it may be left out."""


class Parameters(BaseModel):
    """The parameters of an address: an unknown one is refused, so that no typing error widens a list."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _take_all(cls, given: Any, info: ValidationInfo) -> Any:
        """Add what Ninja leaves out: parameters that no field is named after."""
        request = (info.context or {}).get("request")
        if request is None or not isinstance(given, dict):
            return given
        unknown = request.GET.keys() - {field.alias or name for name, field in cls.model_fields.items()}
        return {**given, **{name: request.GET[name] for name in sorted(unknown)}}


class Query(Parameters):
    """The parameters of a list: how much of it, and from where on."""

    limit: int = Field(50, ge=1, le=MOST_ROWS, description="How many rows at most, 1 to 200.")
    cursor: str = Field(
        "", max_length=500, pattern=_NO_NUL, description="`next` of the page before; empty for the first."
    )


def need_text(value: object) -> object:
    """Pass a text on; refuse anything else that could be read as the value."""
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "Input should be a valid string")
    return value


def _instant_text(value: object) -> object:
    """Pass a text of RFC 3339 on: pydantic would take a number for seconds since 1970."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise PydanticCustomError("datetime_parsing", "Input should be a valid datetime with its offset")
    return value


def _day_text(value: object) -> object:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("date_parsing", "Input should be a valid date")
    return value


def _plausible(at: dt.datetime) -> dt.datetime:
    if at.year not in YEARS:
        raise PydanticCustomError("year", "The year must lie between 1900 and 2199")
    return at.astimezone(dt.UTC).replace(microsecond=0)


def _plausible_day(day: dt.date) -> dt.date:
    if day.year not in YEARS:
        raise PydanticCustomError("year", "The year must lie between 1900 and 2199")
    return day


def _flag(value: object) -> object:
    known = {"1": True, "true": True, "0": False, "false": False}
    if not isinstance(value, str):
        return value
    if value not in known:
        raise PydanticCustomError("bool_parsing", "Input should be true or false")
    return known[value]


Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
"""A short text."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
"""A short text that says something."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=30, pattern=r"^[^\x00]*$")]
"""What people call a row by."""

Words = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]
"""A reason or remark."""

Essay = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]
"""A long text."""

Key = Annotated[int, Field(ge=1, lt=2**53)]
"""The id of a row."""

Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,12})?$")]
"""A quantity or amount in figures, `"2.5"`: a text, because a number of JSON may be rounded on its way."""

Moment = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_instant_text),
    AfterValidator(_plausible),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant as RFC 3339 with its offset, to the second."""

Day = Annotated[
    dt.date,
    Field(strict=False),
    BeforeValidator(_day_text),
    AfterValidator(_plausible_day),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A local day, `2026-11-23`."""

Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
"""Yes or no in a query: `true` and `1`, `false` and `0`."""
