"""The real year of Boston, when it lies beside the checkout."""

import datetime as dt
import json
from pathlib import Path

import pytest

from houqin.desk.models import ServiceRequest
from houqin.flows.history.mapping import read_mapping
from houqin.flows.history.table import open_table
from houqin.flows.import_history import ImportReport, import_file
from houqin.insight.service_levels import service_levels

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "requests"
SAMPLE = DATA / "boston311_2015_sample12000.csv"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLE.is_file(), reason="the requests of Boston are not beside the checkout"),
]


def bring_in(path: Path = SAMPLE) -> ImportReport:
    mapping = read_mapping(ROOT / "examples" / "mappings" / "boston311.toml")
    return import_file(table=open_table(path), mapping=mapping)


def test_a_year_comes_in_and_a_second_run_creates_nothing() -> None:
    expected = json.loads(SAMPLE.with_suffix(".expected.json").read_text())["sample12000"]

    first = bring_in()
    second = bring_in()

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


def test_the_report_agrees_with_the_labels_of_the_source() -> None:
    expected = json.loads(SAMPLE.with_suffix(".expected.json").read_text())["sample12000"]
    bring_in()

    report = service_levels(start=dt.date(2015, 1, 1), end=dt.date(2016, 1, 1)).as_json()

    assert report["opened"] == expected["rows"]
    assert report["closed"] == expected["closed"]
    assert report["closed_with_target"] == expected["closed_with_target"]
    assert report["on_time"] == expected["closed_on_time"]
    assert report["closed_before_opened"] == expected["closed_before_open"]
    assert report["open_with_target"] == expected["with_target"] - expected["closed_with_target"]
    assert report["median_hours_to_close"] == expected["median_hours_to_close"]
    opened = {
        name: {key: figures["opened"] for key, figures in report[name].items()}
        for name in ("by_channel", "by_department", "by_service", "by_month")
    }
    assert opened["by_channel"] == expected["by_source"]
    assert opened["by_department"] == expected["by_subject"]
    assert opened["by_month"] == expected["opened_by_month"]
    assert opened["by_service"].items() >= expected["top_types"].items()
