"""A real year of Boston comes in whole, and the report agrees with the labels of its source."""

import csv
import datetime as dt
import json
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from houqin.desk.models import ServiceRequest
from houqin.flows.history.mapping import read_mapping
from houqin.flows.history.table import open_table
from houqin.flows.import_history import ImportReport, import_file
from houqin.insight.service_levels import service_levels
from tests.data import shared

MAPPING = Path(__file__).resolve().parents[2] / "examples" / "mappings" / "boston311.toml"
SAMPLE = "requests/boston311_2015_sample12000.csv"
TIMES = "%m/%d/%Y %I:%M:%S %p"

pytestmark = pytest.mark.django_db


def bring_in(path: Path) -> ImportReport:
    return import_file(table=open_table(path), mapping=read_mapping(MAPPING))


def the_year() -> dict[str, Any]:
    return service_levels(start=dt.date(2015, 1, 1), end=dt.date(2016, 1, 1)).as_json()


def opened_by(report: dict[str, Any], name: str) -> dict[str, int]:
    return {key: figures["opened"] for key, figures in report[f"by_{name}"].items()}


@pytest.mark.long
def test_twelve_thousand_requests_agree_with_the_labels_of_the_source() -> None:
    sample = shared(SAMPLE)
    expected = json.loads(sample.with_suffix(".expected.json").read_text())["sample12000"]

    first, second, report = bring_in(sample), bring_in(sample), the_year()

    assert first.counts == {
        "rows": expected["rows"],
        "created": expected["unique_ids"],
        "updated": 0,
        "unchanged": 0,
        "refused": 0,
        "flagged": expected["closed_before_open"],
    }
    assert second.counts == {**first.counts, "created": 0, "unchanged": expected["rows"]}
    assert ServiceRequest.objects.filter(status="closed").count() == expected["closed"]
    assert report["opened"] == expected["rows"]
    assert report["closed"] == expected["closed"]
    assert report["closed_with_target"] == expected["closed_with_target"]
    assert report["on_time"] == expected["closed_on_time"]
    assert report["closed_before_opened"] == expected["closed_before_open"]
    assert report["open_with_target"] == expected["with_target"] - expected["closed_with_target"]
    assert report["median_hours_to_close"] == expected["median_hours_to_close"]
    assert opened_by(report, "channel") == expected["by_source"]
    assert opened_by(report, "department") == expected["by_subject"]
    assert opened_by(report, "month") == expected["opened_by_month"]
    assert opened_by(report, "service").items() >= expected["top_types"].items()


def test_five_hundred_of_them_agree_with_a_plain_count(tmp_path: Path) -> None:
    with shared(SAMPLE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[::24]
    part = tmp_path / "part.csv"
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    counts, report = bring_in(part), the_year()

    closed = [row for row in rows if row["CLOSED_DT"]]
    promised = [row for row in closed if row["TARGET_DT"]]
    assert counts.created == report["opened"] == len(rows)
    assert report["closed"] == len(closed)
    assert report["closed_with_target"] == len(promised)
    assert report["on_time"] == sum(at(row, "CLOSED_DT") <= at(row, "TARGET_DT") for row in promised)
    assert report["closed_before_opened"] == sum(at(row, "CLOSED_DT") < at(row, "OPEN_DT") for row in closed)
    hours = [(at(row, "CLOSED_DT") - at(row, "OPEN_DT")) / dt.timedelta(hours=1) for row in closed]
    assert report["median_hours_to_close"] == pytest.approx(statistics.median(hours), abs=1)
    assert opened_by(report, "channel") == Counter(row["Source"] for row in rows)
    assert opened_by(report, "service") == Counter(row["TYPE"].strip() for row in rows)


def at(row: dict[str, str], column: str) -> dt.datetime:
    return dt.datetime.strptime(row[column], TIMES)  # noqa: DTZ007 - all in one zone
