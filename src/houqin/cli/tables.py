"""Commands that bring in a table as the pages under Setup do: looked at first, wrong rows in a file."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pghistory
from django.utils.translation import gettext as _

from houqin.cli.base import HouqinCommand
from houqin.kernel.importing import Outcome, Plan

SOME_REFUSED = 3
NOTHING_DONE = 2
SHOWN = 50
"""Wrong rows written out in words; all of them go to --errors and --json."""


class TableCommand(HouqinCommand):
    """Bring in a table. Exit code 0: all rows, 3: the right ones of them, 2: nothing was stored."""

    preview: ClassVar[Callable[..., Plan[Any]]]
    store: ClassVar[Callable[..., Plan[Any]]]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the file, where wrong rows go, and whether the right ones are stored without them."""
        parser.add_argument("file", type=Path, metavar="FILE", help=_("XLSX, XLS or CSV, plain or gzipped"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("say what would be done, and do nothing")
        )
        parser.add_argument(
            "--leave-wrong", action="store_true", help=_("store the right rows although others are wrong")
        )
        parser.add_argument("--json", action="store_true", help=_("write one JSON object"))
        parser.add_argument(
            "--errors", type=Path, metavar="OUT.xlsx", help=_("write wrong rows here, to mend and send again")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Look, store unless rows are wrong, list these, and leave with the exit code."""
        with options["file"].open("rb") as file:
            plan = self.preview(file=file)
            wrong = plan.having(Outcome.WRONG)
            stored = not options["dry_run"] and (not wrong or options["leave_wrong"])
            if stored:
                with pghistory.context(user="", path=f"houqin {' '.join(self.words)}"):
                    plan = self.store(file=file)
                wrong = plan.having(Outcome.WRONG)
        if options["errors"] and wrong:
            options["errors"].write_bytes(plan.wrong_rows())
        if options["json"]:
            problems = [{"row": row.record.row.number, "sentence": row.sentence} for row in wrong]
            self.show({**plan.counts, "stored": stored, "problems": problems})
        else:
            self._tell(plan, stored=stored)
        if wrong and not options["dry_run"]:
            sys.exit(SOME_REFUSED if stored else NOTHING_DONE)

    def _tell(self, plan: Plan[Any], *, stored: bool) -> None:
        wrong = plan.having(Outcome.WRONG)
        for row in wrong[:SHOWN]:
            self.stderr.write(row.sentence)
        if len(wrong) > SHOWN:
            self.stderr.write(
                _("… and %(count)s more; --errors OUT.xlsx lists all.") % {"count": len(wrong) - SHOWN}
            )
        if not stored:
            self.stdout.write(_("Nothing was stored."))
        self.stdout.write(", ".join(f"{name} {count}" for name, count in plan.counts.items()))
