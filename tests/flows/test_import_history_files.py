"""Every file is read or refused with a sentence; nothing is stored of a file that is refused."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from django.utils.translation import override

from houqin.desk.models import ServiceRequest
from houqin.flows.history.mapping import read_mapping
from houqin.flows.history.table import open_table
from houqin.flows.import_history import ImportReport, import_file
from houqin.kernel.errors import Refused
from tests.data import shared
from tests.flows.history import CLOSED, COLUMNS, MAPPING, OPEN, bring_in, mapping, write_table

pytestmark = pytest.mark.django_db

QSV = """
[source]
name = "qsv"
time_zone = "America/New_York"
dates = ["%Y-%m-%d %H:%M:%S"]
[columns]
id = "case_enquiry_id"
opened = "open_dt"
target = "target_dt"
closed = "closed_dt"
status = "case_status"
title = "case_title"
note = "closure_reason"
channel = "source"
department = "subject"
category = "reason"
service = "type"
places = ["neighborhood"]
[codes.status]
Open = "open"
Closed = "closed"
[site]
code = "QSV"
name = "QSV"
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


def read(path: Path, folder: Path, text: str = MAPPING) -> ImportReport:
    return import_file(table=open_table(path), mapping=mapping(folder, text))


def refusal(path: Path, folder: Path, text: str = MAPPING) -> str:
    with pytest.raises(Refused) as refused:
        read(path, folder, text)
    assert not ServiceRequest.objects.exists()
    return str(refused.value)


def test_a_gzipped_table_is_read(tmp_path: Path) -> None:
    plain = write_table(tmp_path / "past.csv", [OPEN, {**CLOSED, "Case": "2"}])
    packed = tmp_path / "past.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert read(packed, tmp_path).created == 2


def test_a_workbook_is_read_with_its_dates(tmp_path: Path) -> None:
    path = tmp_path / "past.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        sheet.write_row(1, 0, [OPEN.get(column, "") for column in COLUMNS])
        sheet.write_number(1, 0, 101001240789)
        sheet.write(1, 1, 42035.5, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))

    read(path, tmp_path)

    request = ServiceRequest.objects.get()
    assert request.external_id == "101001240789"
    assert request.opened_at.isoformat() == "2015-01-31T17:00:00+00:00"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "must name the columns"),
        (b"Case,Opened\n1,caf\xe9 na\xefve\n", "UTF-8"),
        (gzip.compress(b"Case,Opened\n" * 1000, mtime=0)[:-12], "damaged"),
        (b"PK\x03\x04 not a workbook", "workbook"),
        (b'Case,Opened\n1,"never closed\n' + b"x" * 200_000, "cannot be read"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "past.csv"
    path.write_bytes(content)

    assert words in refusal(path, tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "nowhere.csv" in refusal(tmp_path / "nowhere.csv", tmp_path)


def test_a_wrong_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = write_table(tmp_path / "past.csv", [OPEN])

    sentence = refusal(path, tmp_path, MAPPING.replace('closed = "Closed"', 'closed = "CLOSD"'))

    assert "CLOSD" in sentence
    assert "Closed" in sentence


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ('id = "Case"', "", "columns.id"),
        ('opened = "Opened"', 'openned = "Opened"', "columns.openned"),
        ("America/New_York", "America/New York", "America/New York"),
        ('Open = "open"', 'Open = "opened"', "opened"),
        ('types = ["zone", "outdoor"]', 'types = ["zone"]', "place type"),
        ('types = ["zone", "outdoor"]', 'types = ["zone", "street"]', "street"),
        ('name = "old-desk"', "name = 7", "source.name"),
        ('name = "old-desk"', f'name = "{"x" * 61}"', "60"),
        ("[codes.status]", "[codes.state]", "codes.state"),
        ("[source]", "[source", "TOML"),
        ('"%m/%d/%Y %I:%M:%S %p"', '"%Y-%m-%d", "%Q"', "%Q"),
    ],
)
def test_a_wrong_mapping_is_refused_with_a_sentence(
    tmp_path: Path, wrong: str, right: str, words: str
) -> None:
    assert wrong in MAPPING
    path = write_table(tmp_path / "past.csv", [OPEN])

    assert words in refusal(path, tmp_path, MAPPING.replace(wrong, right, 1))


def test_the_mapping_that_ships_is_right() -> None:
    root = Path(__file__).resolve().parents[2]

    found = read_mapping(root / "examples" / "mappings" / "boston311.toml")

    assert (found.columns["channel"], found.columns["department"], found.columns["service"]) == (
        "Source",
        "SUBJECT",
        "TYPE",
    )


@pytest.mark.parametrize(
    "name", ["boston311-100.csv", "boston311-100.tab", "boston311-100-with-nonascii.csv"]
)
def test_real_tables_in_other_forms_are_read_whole(tmp_path: Path, name: str) -> None:
    report = read(shared(f"requests/qsv-311/{name}"), tmp_path, QSV)

    assert (report.rows, report.created, report.refused) == (100, 100, 0)


def test_rows_that_came_twice_are_stored_once(tmp_path: Path) -> None:
    deduplicated = open_table(shared("requests/qsv-311/boston311-100-deduped.csv")).total

    report = read(shared("requests/qsv-311/boston311-100-20dupes-random.csv"), tmp_path, QSV)

    assert report.created == ServiceRequest.objects.count() == deduplicated


def test_day_first_dates_need_their_format(tmp_path: Path) -> None:
    path = shared("requests/qsv-311/boston311-dmy-100.csv")

    wrong = read(path, tmp_path, QSV)
    right = read(path, tmp_path, QSV.replace("%Y-%m-%d %H", "%d/%m/%Y %H"))

    assert (wrong.created, wrong.refused) == (0, 100)
    assert (right.created, right.refused) == (100, 0)


def test_a_broken_table_loses_only_its_broken_rows(tmp_path: Path) -> None:
    report = read(shared("requests/qsv-311/boston311-100-bad.tsv"), tmp_path, QSV)

    assert report.created + report.refused + report.unchanged == report.rows
    assert report.refused
    assert report.created > 90


def test_naughty_strings_are_stored_as_they_are_or_refused(tmp_path: Path) -> None:
    strings = json.loads(shared("interfaces/strings/blns/blns.json").read_text(encoding="utf-8"))
    strings += ["a\0b", "\ufeff", "\u202etxet"]
    rows = [
        {**CLOSED, "Case": f"n{number}", **dict.fromkeys(("Title", "Note", "Quarter", "Type"), text[:40])}
        for number, text in enumerate(strings)
    ]

    report = bring_in(tmp_path, *rows)

    assert report.created + report.refused == len(rows)
    assert report.created == ServiceRequest.objects.count() > len(rows) * 0.9
