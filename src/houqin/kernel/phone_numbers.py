"""Telephone numbers as telephone systems and people write them, made comparable.

Chinese numbers: mobile, landline with or without area code, extensions, internal short numbers;
others keep their `+` and country. Nothing is looked up: this is reading alone.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 60
"""Characters of a number as it is sent; what is longer is no number."""

_HOME = "86"
_MOBILE = re.compile(r"1[3-9]\d{9}")
_NO_AREA = re.compile(r"(400|800)\d{7}")
_WITHHELD = frozenset(
    [
        *("anonymous", "unknown", "private", "restricted", "withheld", "unavailable", "blocked"),
        *("none", "null", "n/a", "未知", "匿名", "隐藏", "保密", "私人号码", "未显示号码", "无号码"),
    ]
)
_BY_WORD = re.compile(r"(?:转|轉|分机号?|內線|内线|extension|ext\.?|x|#|,|;)[:\s]*(\d{1,6})$")
_BY_DASH = re.compile(r"^(.*\d)\s*-\s*(\d{1,6})$")
_SEPARATORS = re.compile(r"[\s\-()./·]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣", "-"))
_FEWEST, _MOST = 2, 20
_INTERNAL = 6
_LOCAL = (7, 8)
_WITH_AREA = (11, 12)
_BARE_AREA = (10, 11)
_TAIL = 7


@dataclass(frozen=True)
class PhoneNumber:
    """A number without separators: `13812345678`, `057188881234`, `88881234`, `6021`, `+4420…`."""

    digits: str
    extension: str = ""

    @property
    def key(self) -> str:
        """The number as one word, an extension behind an `x`; reading it gives the same number."""
        return f"{self.digits}x{self.extension}" if self.extension else self.digits

    @property
    def tail(self) -> str:
        """The last seven digits, or all of a shorter number: what every way to write it ends with."""
        return self.digits.lstrip("+")[-_TAIL:]

    @property
    def is_internal(self) -> bool:
        """True for a short number inside the house."""
        return len(self.digits) <= _INTERNAL

    def __str__(self) -> str:
        digits, more = self.digits, f" 转 {self.extension}" if self.extension else ""
        if _MOBILE.fullmatch(digits):
            return f"{digits[:3]} {digits[3:7]} {digits[7:]}{more}"
        if digits.startswith("0"):
            area = 3 if digits[1] in "12" else 4
            return f"{digits[:area]}-{digits[area:]}{more}"
        return f"{digits}{more}"


def is_withheld(text: str) -> bool:
    """True where the caller's number is not shown: nothing at all, or a word for it."""
    word = _plain(text)
    return not word or word in _WITHHELD


def read(text: str) -> PhoneNumber | None:
    """The number a text means, or None where it means none (a withheld number too).

    Full-width digits, separators, `tel:`, `sip:` and a name before the address are understood;
    an extension follows 转, 分机, ext, x, #, a comma, or a dash behind a complete number.
    """
    plain = _plain(text)
    if is_withheld(plain) or len(plain) > LONGEST:
        return None
    number, extension = _parted(plain)
    digits = _SEPARATORS.sub("", number)
    if not re.fullmatch(r"\+?\d+", digits, re.ASCII):
        return None
    digits = _national(digits)
    if not _FEWEST <= len(digits.lstrip("+")) <= _MOST:
        return None
    return PhoneNumber(digits, extension)


def same(one: PhoneNumber, other: PhoneNumber) -> bool:
    """True where both reach the same telephone, as far as the numbers tell.

    A local number is the same with its area code; without an extension it may be any of those behind
    it; an internal number is the extension of the same digits.
    """
    if one.is_internal != other.is_internal:
        short, long = (one, other) if one.is_internal else (other, one)
        return short.digits == long.extension
    if one.extension and other.extension and one.extension != other.extension:
        return False
    return one.digits == other.digits or _is_local_of(one, other) or _is_local_of(other, one)


def _plain(text: str) -> str:
    """The bare number in lower case: NFKC, without display name, scheme, host and parameters."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().lower()
    if (address := re.search(r"<([^<>]+)>", plain)) is not None:
        plain = address[1].strip()
    if (scheme := re.match(r"(?:tel|sips?):", plain)) is not None:
        plain = re.split(r"[@;?]", plain[scheme.end() :])[0].strip()
    return plain.strip("\"' ")


def _parted(plain: str) -> tuple[str, str]:
    """The number, and the extension behind it."""
    if (found := _BY_WORD.search(plain)) is not None and found.start() > 0:
        return plain[: found.start()], found[1]
    if (found := _BY_DASH.match(plain)) is not None and _is_complete(found[1], found[2]):
        return found[1], found[2]
    return plain, ""


def _is_complete(left: str, right: str) -> bool:
    """Tell whether what stands before the last dash is a whole number by itself."""
    digits = _SEPARATORS.sub("", left)
    if digits.startswith("+") and not digits.startswith(f"+{_HOME}"):
        return False
    national = _national(digits)
    if _MOBILE.fullmatch(national + right):
        return False
    if _MOBILE.fullmatch(national) or _NO_AREA.fullmatch(national):
        return True
    if national.startswith("0"):
        return len(national) in _WITH_AREA
    return len(left) in _LOCAL and left.isdigit()


def _national(digits: str) -> str:
    """Digits as one dials them at home: no country code, landlines with the 0 of their area."""
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits.startswith(f"+{_HOME}"):
        return _with_area(digits[3:])
    if digits.startswith("+"):
        return digits
    if digits.startswith(_HOME) and len(digits) in {len(_HOME) + size for size in _BARE_AREA}:
        return _with_area(digits[2:])
    if digits.startswith("0") and _MOBILE.fullmatch(digits[1:]):
        return digits[1:]
    return _with_area(digits)


def _with_area(digits: str) -> str:
    """A landline of ten or eleven digits without its leading 0 is given it."""
    if digits.startswith("0") and _MOBILE.fullmatch(digits[1:]):
        return digits[1:]
    whole = digits.startswith("0") or _MOBILE.fullmatch(digits) or _NO_AREA.fullmatch(digits)
    return digits if whole or len(digits) not in _BARE_AREA else f"0{digits}"


def _is_local_of(short: PhoneNumber, long: PhoneNumber) -> bool:
    """True for 8888 1234 and 0571-8888 1234."""
    return (
        len(short.digits) in _LOCAL
        and not short.digits.startswith("0")
        and long.digits.startswith("0")
        and len(long.digits) - len(short.digits) in {3, 4}
        and long.digits.endswith(short.digits)
    )
