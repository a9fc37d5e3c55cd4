"""How fast a year of another system comes in, and how much memory that takes."""

import csv
import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.side import ROOT
from benchmarks.sides import clean_environment

SAMPLE = ROOT.parent / "shared" / "data" / "requests" / "boston311_2015_sample12000.csv"
MAPPING = ROOT / "examples" / "mappings" / "boston311.toml"
COLUMNS = (
    "CASE_ENQUIRY_ID", "OPEN_DT", "TARGET_DT", "CLOSED_DT", "CASE_STATUS", "CLOSURE_REASON", "CASE_TITLE",
    "SUBJECT", "REASON", "TYPE", "Location", "neighborhood", "Source",
)  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """What an import took."""

    rows: int
    seconds: float
    peak_mib: float


def write_csv(path: Path, *, rows: int) -> str:
    """Write so many requests and say where they are from: the sample over and over, or made up."""
    with path.open("w", encoding="utf-8", newline="") as file:
        found = _sample(rows) if SAMPLE.exists() else _made_up(rows)
        first = next(found)
        table = csv.DictWriter(file, list(first))
        table.writeheader()
        table.writerow(first)
        table.writerows(found)
    return f"the Boston sample, {rows} rows" if SAMPLE.exists() else f"{rows} rows made up"


def import_requests(path: Path, settings: dict[str, str]) -> Imported:
    """Import the file into the installation that the settings name."""
    command = [sys.executable, "-m", "houqin.cli", "import", "requests", str(path)]
    began = time.perf_counter()
    with subprocess.Popen(
        [*command, "--mapping", str(MAPPING), "--json"],
        env=clean_environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        answer = process.stdout.read()  # type: ignore[union-attr]
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    counts = json.loads(answer)
    if counts["refused"]:
        raise RuntimeError(f"{counts['refused']} rows were refused")
    return Imported(counts["created"], seconds, used.ru_maxrss / 1024)


def _sample(rows: int) -> Iterator[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        known = list(csv.DictReader(file))
    for serial in range(rows):
        turn, at = divmod(serial, len(known))
        row = known[at]
        yield {**row, "CASE_ENQUIRY_ID": f"{row['CASE_ENQUIRY_ID']}-{turn}"}


def _made_up(rows: int) -> Iterator[dict[str, str]]:
    start = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
    written = "%m/%d/%Y %I:%M:%S %p"
    for serial in range(rows):
        opened = start + dt.timedelta(minutes=40 * (serial % 12_000))
        values = (
            f"{serial}",
            opened.strftime(written),
            (opened + dt.timedelta(days=3)).strftime(written),
            (opened + dt.timedelta(hours=serial % 150)).strftime(written),
            "Closed",
            "Case closed, resolved",
            f"Request {serial % 300}",
            f"Department {serial % 12}",
            f"Reason {serial % 40}",
            f"Type {serial % 160}",
            f"{serial % 5_000} Main Street",
            f"Quarter {serial % 25}",
            "Constituent Call",
        )
        yield dict(zip(COLUMNS, values, strict=True))
