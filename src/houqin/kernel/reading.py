"""What people write in a cell or a field, as the value they mean; `ValueError` where it means none."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation

_YES = {"是", "有", "对", "√", "✓", "y", "yes", "true", "1"}
_NO = {"否", "无", "没有", "×", "x", "n", "no", "false", "0"}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(?:\s*|T)(\d{1,2})\s*[::时点]\s*(\d{1,2})\s*分?(?:\s*:?\s*(\d{1,2})\s*秒?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIAL_START = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zone
_SERIAL_DAYS = range(20_000, 80_000)


def plain(text: str) -> str:
    """Return `text` with full-width letters, digits and spaces as ordinary ones, trimmed, on one line."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\0", "").split())


def moment_in(text: str) -> dt.datetime:
    """Return the local date and time (00:00 without one) that a text or spreadsheet serial number gives.

    2026-11-23, 2026/11/23, 2026.11.23, 2026年11月23日 and 20261123, each with or without 14:20 or
    14:20:05; the serial number 46349.5 of a cell that lost its format. Never day or month first.
    The result has no time zone.
    """
    written = plain(text)
    if _SERIAL.fullmatch(written) and int(float(written)) in _SERIAL_DAYS:
        at = _SERIAL_START + dt.timedelta(days=float(written))
        return (at + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    found = _DAY.match(written) or _COMPACT_DAY.match(written)
    if found is None:
        raise ValueError(text)
    day = dt.datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    rest = written[found.end() :]
    if not rest:
        return day
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        raise ValueError(text)
    hours, minutes, seconds = (int(part or 0) for part in clock.groups())
    return day.replace(hour=hours, minute=minutes, second=seconds)


def day_in(text: str) -> dt.date:
    """Return the date that a text gives; a time beside it is left out."""
    return moment_in(text).date()


def number_in(text: str) -> Decimal:
    """Return the number that a text gives: `1,234.50`, `￥12`, full-width digits."""
    written = plain(text).replace(",", "").replace(" ", "").lstrip("¥￥")
    try:
        number = Decimal(written)
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number


def yes_in(text: str) -> bool:
    """Tell whether a text says yes (是, √, yes, 1) or no (否, ×, no, 0)."""
    word = plain(text).lower()
    if word not in _YES | _NO:
        raise ValueError(text)
    return word in _YES
