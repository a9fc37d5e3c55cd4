"""`houqin import requests`: the past requests of another system."""

import argparse
import csv
import sys
from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _

from houqin.cli.base import HouqinCommand
from houqin.cli.progress import Bar
from houqin.flows.history.mapping import read_mapping
from houqin.flows.history.table import open_table
from houqin.flows.import_history import ImportReport, import_file

SOME_REFUSED = 3
NOTHING_DONE = 2
SHOWN = 20
"""Problems written out in words; all of them go to --errors and --json."""


class Command(HouqinCommand):
    """Bring in past requests. Exit code 0: all rows stored, 3: some refused, 2: nothing done."""

    words = ("import", "requests")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the file, the mapping, and where problems go."""
        parser.add_argument("file", type=Path, metavar="FILE", help=_("CSV, plain or gzipped, or XLSX"))
        parser.add_argument("--mapping", type=Path, required=True, help=_("what the columns mean (TOML)"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("say what would be done, and do nothing")
        )
        parser.add_argument("--json", action="store_true", help=_("write one JSON object"))
        parser.add_argument(
            "--errors", type=Path, metavar="OUT.csv", help=_("write refused and flagged rows here")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, list what was refused or contradicts itself, and leave with the exit code."""
        mapping = read_mapping(options["mapping"])
        table = open_table(options["file"])
        with Bar(OutputWrapper(sys.stderr)) as bar, pghistory.context(user="", path="houqin import requests"):
            report = import_file(
                table=table, mapping=mapping, dry_run=options["dry_run"], on_progress=bar.show
            )
        if options["errors"]:
            _write_problems(options["errors"], report)
        if options["json"]:
            problems = [problem._asdict() for problem in report.problems]
            self.show({**report.counts, "dry_run": options["dry_run"], "problems": problems})
        else:
            self._tell(report, dry_run=options["dry_run"])
        sys.exit(_exit_code(report))

    def _tell(self, report: ImportReport, *, dry_run: bool) -> None:
        for problem in report.problems[:SHOWN]:
            self.stderr.write(
                _("Row %(row)s (%(id)s): %(sentence)s")
                % {"row": problem.row, "id": problem.external_id or "-", "sentence": problem.sentence}
            )
        if len(report.problems) > SHOWN:
            self.stderr.write(
                _("… and %(count)s more; --errors OUT.csv lists all.")
                % {"count": len(report.problems) - SHOWN}
            )
        if dry_run:
            self.stdout.write(_("Nothing was stored: this was a trial."))
        self.stdout.write(", ".join(f"{name} {count}" for name, count in report.counts.items()))


def _exit_code(report: ImportReport) -> int:
    if report.refused == report.rows:
        return NOTHING_DONE
    return SOME_REFUSED if report.refused else 0


def _write_problems(path: Path, report: ImportReport) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "id", "outcome", "sentence"])
        writer.writerows(
            [problem.row, problem.external_id, problem.outcome, problem.sentence]
            for problem in report.problems
        )
