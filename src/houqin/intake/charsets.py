"""From bytes to text, whatever a mail program says or forgets about their character set.

Nothing here raises: bytes that no character set explains come out with the signs that can be read.
"""

import binascii
import codecs
import re
from urllib.parse import unquote_to_bytes

# What programs name, and the larger set their texts are really written in.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "cp936": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "ascii",
}
_SAYS_LITTLE = frozenset({"ascii", "cp1252"})
"""Named by programs that do not know better: UTF-8 that holds together is believed before these."""

_DETECTED = ("big5hkscs", "cp932", "cp949", "cp1252")
_WORD = re.compile(rb"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(rb"^[ \t\r\n]*$")
_EXTENDED = re.compile(r"^([\w.:-]{0,40})'[\w-]*'(.*)$", re.DOTALL)
_UNWANTED = {code: None for code in range(32) if chr(code) not in "\t\n"} | {0x7F: None}


def text_of(content: bytes, declared: str = "") -> str:
    """Return bytes as text: by the declared set, else UTF-8, GB 18030, or the first set that fits.

    Line ends become newlines; NUL and other control characters are left out.
    """
    return _tidy(_decoded(content, declared))


def _decoded(content: bytes, declared: str) -> str:
    named = _known(declared)
    order = [named, "utf-8", "gb18030"] if named else ["utf-8", "gb18030"]
    if named in _SAYS_LITTLE:
        order = ["utf-8", named, "gb18030"]
    for charset in (*order, *_DETECTED):
        try:
            return content.decode(charset)
        except (UnicodeDecodeError, ValueError, LookupError):
            continue
    return content.decode(named or "utf-8", errors="replace")


def _known(declared: str) -> str:
    """Return the codec for a declared set, or nothing where there is none."""
    name = declared.strip().strip("\"'").lower()
    name = _WIDER.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    return name if found._is_text_encoding else ""  # noqa: SLF001 - the only way to tell `rot13` from a charset


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").translate(_UNWANTED)
    return text.encode("utf-8", "replace").decode("utf-8")


def header_text(value: str) -> str:
    """Return the value of a header as people read it: encoded words decoded, folding undone, one line.

    Words of one character set that follow each other are joined before they are decoded: programs cut
    a Chinese character in half between two of them. Bytes outside ASCII are read like `text_of`.
    """
    raw = value.encode("utf-8", "surrogateescape")
    parts: list[tuple[str, bytes]] = []
    end = 0
    for word in _WORD.finditer(raw):
        between = raw[end : word.start()]
        if not (parts and parts[-1][0] and _GAP.match(between)):
            parts.append(("", between))
        charset = word[1].partition(b"*")[0].decode("ascii", "replace").lower()
        content = _unpacked(word[2], word[3])
        if parts and parts[-1][0] == charset:
            parts[-1] = (charset, parts[-1][1] + content)
        else:
            parts.append((charset, content))
        end = word.end()
    parts.append(("", raw[end:]))
    return " ".join("".join(text_of(content, charset) for charset, content in parts).split())


def _unpacked(encoding: bytes, content: bytes) -> bytes:
    if encoding in b"bB":
        padded = content.rstrip(b"=")
        try:
            return binascii.a2b_base64(padded + b"=" * (-len(padded) % 4))
        except binascii.Error:
            return content
    return binascii.a2b_qp(content, header=True)


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a header (`filename`, `charset` …) by their small names, decoded.

    Reads RFC 2231 with and without continuations, encoded words where they do not belong, and names
    in bare UTF-8 or GBK.
    """
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, text in _pairs(value):
        stem, number, extended = _split(name)
        pieces.setdefault(stem, {}).setdefault(number, (extended, text))
    return {stem: _joined(found) for stem, found in pieces.items()}


def _pairs(value: str) -> list[tuple[str, str]]:
    found, quoted, escaped, piece, pieces = [], False, False, "", []
    for sign in value:
        if escaped:
            piece, escaped = piece + sign, False
        elif quoted and sign == "\\":
            escaped = True
        elif sign == '"':
            quoted = not quoted
        elif sign == ";" and not quoted:
            pieces.append(piece)
            piece = ""
        else:
            piece += sign
    for one in [*pieces, piece][1:]:
        name, equals, text = one.partition("=")
        if equals:
            found.append((name.strip().lower(), text.strip()))
    return found


def _split(name: str) -> tuple[str, int, bool]:
    """`filename*1*` as stem, number and whether the text is percent-encoded."""
    extended = name.endswith("*")
    stem, star, number = name.removesuffix("*").partition("*")
    return stem, int(number) if star and number.isdecimal() and len(number) < 4 else 0, extended  # noqa: PLR2004


def _joined(found: dict[int, tuple[bool, str]]) -> str:
    charset, content = "", b""
    for number, (extended, piece) in sorted(found.items()):
        text = piece
        if extended and number == 0 and (marked := _EXTENDED.match(piece)):
            charset, text = marked[1], marked[2]
        raw = text.encode("utf-8", "surrogateescape")
        content += unquote_to_bytes(raw) if extended else raw
    if any(extended for extended, _text in found.values()):
        return " ".join(text_of(content, charset).split())
    return header_text(content.decode("utf-8", "surrogateescape"))
