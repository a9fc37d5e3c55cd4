"""Small tables of past requests for the tests of the import."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from houqin.flows.history.mapping import HistoryMapping, read_mapping
from houqin.flows.history.table import open_table
from houqin.flows.import_history import ImportReport, import_file

MAPPING = """
[source]
name = "old-desk"
time_zone = "America/New_York"
dates = ["%m/%d/%Y %I:%M:%S %p"]

[columns]
id = "Case"
opened = "Opened"
target = "Target"
closed = "Closed"
status = "Status"
title = "Title"
note = "Note"
channel = "Source"
department = "Subject"
category = "Reason"
service = "Type"
places = ["Quarter", "Street"]
place_note = "Where"

[codes.status]
Open = "open"
Closed = "closed"

[codes.channel]
Phone = "phone"

[site]
code = "TOWN"
name = "Town"

[places]
types = ["zone", "outdoor"]

[notes]
public = true
"""

COLUMNS = (
    "Case",
    "Opened",
    "Target",
    "Closed",
    "Status",
    "Title",
    "Note",
    "Source",
    "Subject",
    "Reason",
    "Type",
    "Quarter",
    "Street",
    "Where",
)

OPEN = {
    "Case": "1",
    "Opened": "01/31/2015 07:25:55 PM",
    "Target": "02/02/2015 07:25:55 PM",
    "Status": "Open",
    "Title": "Street light out",
    "Source": "Phone",
    "Subject": "Public works",
    "Reason": "Lights",
    "Type": "Street light",
    "Quarter": "North",
    "Street": "Main St",
    "Where": "Corner of Elm St",
}
CLOSED = {**OPEN, "Closed": "02/01/2015 08:00:00 AM", "Status": "Closed", "Note": "Lamp replaced."}


def write_table(path: Path, rows: Iterable[Mapping[str, str]], columns: tuple[str, ...] = COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def mapping(folder: Path, text: str = MAPPING) -> HistoryMapping:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


def bring_in(
    folder: Path,
    *rows: Mapping[str, str],
    dry_run: bool = False,
    text: str = MAPPING,
    columns: tuple[str, ...] = COLUMNS,
) -> ImportReport:
    table = open_table(write_table(folder / "past.csv", rows, columns))
    return import_file(table=table, mapping=mapping(folder, text), dry_run=dry_run)
