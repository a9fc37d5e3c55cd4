"""Tables people send: XLSX, XLS, CSV and compressed CSV as rows of text.

What a file is tells its content, not its name. Text is UTF-8 (with or without a mark), UTF-16
with a mark, or GBK/GB18030; columns are separated by comma, semicolon, tab, bar or caret. A
workbook gives its first visible sheet; long numbers come as all their digits, dates as
`2026-11-23` or `2026-11-23 14:20:00`. Text is read as a stream. A workbook is unpacked in memory,
so how much that is gets measured before.
"""

import codecs
import csv
import datetime as dt
import gzip
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

import python_calamine
from django.utils.translation import gettext as _

from houqin.kernel.bilingual import in_language
from houqin.kernel.errors import Refused

UNPACKED_LIMIT = 200 * 1024 * 1024
"""Most bytes a workbook may unpack to; parsing then needs about 300 MB."""

TEXT_LIMIT = 1024 * 1024 * 1024
"""Most bytes a compressed text may unpack to; it is never in memory as a whole."""

CELL_LIMIT = 131_072
"""Most characters of one cell of a text file."""

CELLS_LIMIT = 8_000_000
"""Most cells the used part of a sheet may span; two cells in its far corners span them all."""

HEADING_ROWS = 10
"""Rows in which the headings are looked for: a title may stand above them."""

_CHUNK = 1024 * 1024
_SEPARATORS = ",;\t|^"
_QUOTED = re.compile(r'"[^"]*"?')
_BLANK = " \t\r\n\u3000\u00a0\ufeff\0"


class Unreadable(Refused):
    """The file cannot be read as a table; nothing of it was taken."""

    code = "unreadable"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, from 1, and its cells as trimmed text."""

    number: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """No cell holds anything."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of a row: the key the importer uses, and the headings people may write over it.

    The first heading is the Chinese one, the second the English one; others are understood as
    well. `choices` and `example` are for the template that people fill in.
    """

    key: str
    headings: tuple[str, ...]
    needed: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""

    @property
    def heading(self) -> str:
        """The heading in the reader's language."""
        return in_language(*self.headings[:2]) if len(self.headings) > 1 else self.headings[0]


@dataclass(frozen=True, slots=True)
class Record:
    """A row under its headings: `facts` holds a text for each known column, empty where it is absent."""

    row: Row
    facts: dict[str, str]


def rows(file: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a table, blank ones too, from a file that can be rewound.

    Raises `Unreadable` with a sentence: empty, no table, in an unknown encoding, too large when
    unpacked, or broken on the way (then after the rows before the break).
    """
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if not head:
        raise Unreadable(_("The file is empty."))
    if head.startswith(b"PK\x03\x04"):
        return _sheet_rows(file, packed=True)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _sheet_rows(file, packed=False)
    return _text_rows(file, packed=head.startswith(b"\x1f\x8b"))


def records(file: BinaryIO, columns: Sequence[Column]) -> tuple[Row, Iterator[Record]]:
    """Return the row of headings, and the rows below it by column; blank rows are left out.

    The headings are the first of the first ten rows that holds every needed one, compared without
    spaces, stars, case and width. Raises `Unreadable` naming the headings that are missing.
    """
    stream = rows(file)
    known = {
        _heading(heading): column.key for column in columns for heading in (column.key, *column.headings)
    }
    fewest: list[str] | None = None
    for row in stream:
        keys = [known.get(_heading(cell)) for cell in row.cells]
        missing = [column.heading for column in columns if column.needed and column.key not in keys]
        if not missing and any(keys):
            return row, _below(stream, keys, columns)
        if any(keys) and (fewest is None or len(missing) < len(fewest)):
            fewest = missing
        if row.number >= HEADING_ROWS:
            break
    wanted = fewest or [column.heading for column in columns if column.needed]
    raise Unreadable(_("These columns are missing: %(names)s.") % {"names": "、".join(wanted)})


def _below(stream: Iterable[Row], keys: Sequence[str | None], columns: Sequence[Column]) -> Iterator[Record]:
    at: dict[str, int] = {}
    for position, key in enumerate(keys):
        if key is not None:
            at.setdefault(key, position)
    for row in stream:
        if not row.is_blank:
            facts = {
                column.key: row.cells[at[column.key]]
                if column.key in at and at[column.key] < len(row.cells)
                else ""
                for column in columns
            }
            yield Record(row, facts)


def _heading(text: str) -> str:
    return re.sub(r"[\s*＊_]+", "", unicodedata.normalize("NFKC", text)).lower()


# ---- workbooks ----


def _sheet_rows(file: BinaryIO, *, packed: bool) -> Iterator[Row]:
    if packed:
        _measure(file)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(file)
        visible = python_calamine.SheetVisibleEnum.Visible
        names = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == visible]
        lines = workbook.get_sheet_by_name(names[0]).iter_rows() if names else iter(())
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(_("The file is not a workbook Excel could open.")) from error
    for number, cells in enumerate(lines, start=1):
        yield Row(number, [_cell(cell) for cell in cells])


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\0", "").strip(_BLANK)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{Decimal(repr(value)):f}"
    if isinstance(value, dt.datetime):
        return str(value.date()) if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return str(value)


def _measure(file: BinaryIO) -> None:
    """Refuse a workbook that unpacks to too much; what its directory says may be a lie, so it is counted."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise Unreadable(_("This is not an Excel workbook. Save it as .xlsx or CSV."))
            if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
                raise _too_large()
            left = UNPACKED_LIMIT
            for entry in entries:
                left -= _measure_entry(file, entry, left)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError) as error:
        raise Unreadable(_("The file is not a workbook Excel could open.")) from error
    file.seek(0)


_FAR_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{2,3}|[A-Z](?=\d{6}))(\d+)["']""")
_ANY_CELL = re.compile(rb"""\br\s*=\s*["'][A-Z]{1,3}(\d+)["']""")
_NEAR_COLUMNS = 26
_NEAR_ROWS = 99_999


def _measure_entry(file: BinaryIO, entry: zipfile.ZipInfo, most: int) -> int:
    """Return how many bytes an entry unpacks to; raise when it is more than `most` or spans too many cells.

    Cells up to Z99999 never span too many, so only farther ones are looked at; where a sheet is
    wider, a second pass finds its last row.
    """
    widest, deepest, size = _NEAR_COLUMNS, _NEAR_ROWS, 0
    is_sheet = entry.filename.startswith("xl/worksheets/")
    for chunk, before in _unpacked(file, entry):
        size += len(chunk)
        if size > most:
            raise _too_large()
        if is_sheet:
            for letters, digits in _FAR_CELL.findall(before + chunk):
                widest = max(widest, _column_number(letters))
                deepest = max(deepest, int(digits[:9]))
    if widest > _NEAR_COLUMNS:
        pieces = (before + chunk for chunk, before in _unpacked(file, entry))
        deepest = max(int(digits[:9]) for piece in pieces for digits in _ANY_CELL.findall(piece))
    if widest * deepest > CELLS_LIMIT:
        raise _too_large()
    return size


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """Yield an entry in pieces, each with the end of the piece before it."""
    file.seek(entry.header_offset)
    header = file.read(30)
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(entry.header_offset + 30 + names)
    left = entry.compress_size
    inflate = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    before = b""
    while left > 0 and (packed := file.read(min(left, _CHUNK))):
        left -= len(packed)
        while packed:
            piece = inflate.decompress(packed, _CHUNK) if inflate else packed
            packed = inflate.unconsumed_tail if inflate else b""
            yield piece, before
            before = piece[-20:]


def _too_large() -> Unreadable:
    return Unreadable(_("The workbook is too large when unpacked. Split it, or save the sheet as CSV."))


# ---- text ----


class _Limited(io.RawIOBase):
    """A packed text being unpacked, as long as it stays below the limit."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._unpacked = gzip.GzipFile(fileobj=file)
        self._left = TEXT_LIMIT

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            piece = self._unpacked.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise Unreadable(_("The compressed file is damaged.")) from error
        self._left -= len(piece)
        if self._left < 0:
            raise Unreadable(_("The file is too large when unpacked. Split it."))
        buffer[: len(piece)] = piece
        return len(piece)


def _text_rows(file: BinaryIO, *, packed: bool) -> Iterator[Row]:
    encoding = _encoding(file, packed=packed)
    separator = _separator(file, packed=packed, encoding=encoding)
    text = io.TextIOWrapper(_opened(file, packed=packed), encoding=encoding, newline="")
    number = 0
    try:
        csv.field_size_limit(CELL_LIMIT)
        for number, cells in enumerate(csv.reader(text, delimiter=separator), start=1):
            yield Row(number, [_cell(cell) for cell in cells])
    except csv.Error as error:
        raise Unreadable(
            _("Row %(row)s cannot be read: a quotation mark is missing, or a cell is too long.")
            % {"row": number + 1}
        ) from error


def _opened(file: BinaryIO, *, packed: bool) -> io.BufferedReader:
    file.seek(0)
    return io.BufferedReader(_Limited(file) if packed else _Kept(file), _CHUNK)


class _Kept(io.RawIOBase):
    """A file that stays open when its reader is done."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._file.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def _encoding(file: BinaryIO, *, packed: bool) -> str:
    """Return the encoding all of the text is valid in; raise with the first line that is in none."""
    if _opened(file, packed=packed).read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16"
    wrong = _first_wrong_line(_opened(file, packed=packed), "utf-8")
    if wrong is None:
        return "utf-8-sig"
    if _first_wrong_line(_opened(file, packed=packed), "gb18030") is None and _is_chinese(
        _opened(file, packed=packed)
    ):
        return "gb18030"
    raise Unreadable(
        _("Line %(line)s is neither UTF-8 nor GBK text. Save the file as “CSV UTF-8”.") % {"line": wrong}
    )


def _first_wrong_line(file: io.BufferedReader, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    while True:
        piece = file.read(_CHUNK)
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            return line + error.object.count(b"\n", 0, error.start)
        if not piece:
            return None
        line += piece.count(b"\n")


def _is_chinese(file: io.BufferedReader) -> bool:
    """Tell whether text that could be GBK also makes sense as such.

    Western text with accents is often valid GBK by accident, but then hardly a character is one
    of the common ones (GB 2312); a fifth is enough for names in traditional characters.
    """
    common = others = 0
    decoder = codecs.getincrementaldecoder("gb18030")()
    while (piece := file.read(_CHUNK)) and common + others < _CHUNK:
        foreign = re.sub(r"[\x00-\x7f]+", "", decoder.decode(piece))
        known = len(foreign.encode("gb2312", "ignore")) // 2
        common += known
        others += len(foreign) - known
    return common * 4 >= others


def _separator(file: BinaryIO, *, packed: bool, encoding: str) -> str:
    """Return the sign that separates the columns of the first line that is not blank."""
    text = io.TextIOWrapper(_opened(file, packed=packed), encoding=encoding)
    for _number in range(HEADING_ROWS):
        line = _QUOTED.sub("", text.readline(CELL_LIMIT))
        if line.strip():
            break
    return max(_SEPARATORS, key=line.count)
