"""What a GS1 barcode says: the trade number, the lot, days and quantity behind their identifiers.

Reads what scanners send (with or without the symbology mark, FNC1 as the group separator) and what
stands below a code, with the identifiers in brackets.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from houqin.kernel import clock

SEPARATOR = "\x1d"
"""The group separator that ends a part of free length (FNC1)."""
_MARKS = ("]C1", "]d2", "]Q3", "]e0")
_FIXED = {"01": 14, "11": 6, "13": 6, "15": 6, "17": 6, "20": 2}
_FREE = {"10": 20, "21": 20, "30": 8, "37": 8}
_WEIGHT = re.compile(r"310[0-5]\Z")
_BRACKETS = re.compile(r"\((\d{2,4})\)([^(]*)")
_TEN, _HALF = 10, 50


class NotGs1(ValueError):
    """The text begins like a GS1 code and then is none."""


@dataclass(frozen=True)
class Code:
    """What a code says; empty or None where it says nothing. `weight` is in kilograms."""

    gtin: str = ""
    lot: str = ""
    serial: str = ""
    made_on: dt.date | None = None
    expires_on: dt.date | None = None
    count: int | None = None
    weight: Decimal | None = None


def looks_like(text: str) -> bool:
    """True for a text that a GS1 code may be: marked as one, in brackets, or a trade number and more."""
    if text.startswith((*_MARKS, SEPARATOR, "(01)", "(02)")):
        return True
    return text[:2] == "01" and text[2:16].isdigit() and len(text) >= 2 + 14 and valid_gtin(text[2:16])


def read(text: str) -> Code:
    """What a code says. Raises `NotGs1` where an identifier is unknown or its value is none of its kind."""
    parts = dict(_parts(text))
    gtin = parts.get("01", "")
    if gtin and not valid_gtin(gtin):
        raise NotGs1(gtin)
    weight = next(((ai, value) for ai, value in parts.items() if _WEIGHT.match(ai)), None)
    counted = parts.get("30") or parts.get("37")
    return Code(
        gtin=gtin,
        lot=parts.get("10", ""),
        serial=parts.get("21", ""),
        made_on=_day(parts["11"]) if "11" in parts else None,
        expires_on=_day(parts["17"]) if "17" in parts else None,
        count=int(counted) if counted else None,
        weight=Decimal(int(weight[1])).scaleb(-int(weight[0][3])) if weight else None,
    )


def valid_gtin(digits: str) -> bool:
    """True when the last digit is the check digit of the others."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    weighed = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(digits)))
    return weighed % _TEN == 0


def check_digit(digits: str) -> int:
    """The last digit that belongs behind the others of a trade number."""
    return next(last for last in range(_TEN) if valid_gtin(f"{digits}{last}"))


def spellings(gtin: str) -> list[str]:
    """The ways one trade number is printed: with 14, 13, 12 and 8 digits, as far as its zeros reach."""
    return [gtin[-length:] for length in (14, 13, 12, 8) if not gtin[:-length].strip("0")]


def _parts(text: str) -> Iterator[tuple[str, str]]:
    for mark in _MARKS:
        text = text.removeprefix(mark)
    if text.startswith("("):
        found = list(_BRACKETS.finditer(text))
        if "".join(one.group() for one in found) != text:
            raise NotGs1(text)
        for one in found:
            yield _checked(one.group(1), one.group(2).strip())
        return
    while text := text.lstrip(SEPARATOR):
        ai = text[:4] if _WEIGHT.match(text[:4]) else text[:2]
        rest = text[len(ai) :]
        length = _length(ai)
        value = rest[:length] if ai not in _FREE else rest.split(SEPARATOR, 1)[0]
        text = rest[len(value) :]
        yield _checked(ai, value)


def _length(ai: str) -> int:
    if ai in _FREE:
        return _FREE[ai]
    if _WEIGHT.match(ai):
        return 6
    if ai not in _FIXED:
        raise NotGs1(ai)
    return _FIXED[ai]


def _checked(ai: str, value: str) -> tuple[str, str]:
    """A part whose value has the length and the signs of its kind."""
    length = _length(ai)
    right = 0 < len(value) <= length if ai in _FREE else len(value) == length
    figures = ai not in {"10", "21"}
    if not right or (figures and not (value.isascii() and value.isdigit())):
        raise NotGs1(f"{ai} {value}")
    return ai, value


def _day(digits: str) -> dt.date:
    """YYMMDD as a day; day 00 is the last of the month; the century is the nearest one."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    now = clock.today().year
    year += now - now % 100
    year += 100 * ((year < now - _HALF + 1) - (year > now + _HALF))
    try:
        return dt.date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError) as error:
        raise NotGs1(digits) from error
