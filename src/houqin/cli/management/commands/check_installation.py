"""`houqin check`: whether what is stored is what it should be."""

import argparse
import sys
from typing import Any

from django.utils.translation import gettext as _

from houqin.cli.base import HouqinCommand
from houqin.flows.check_consistency import check_consistency

DIFFERENCES_FOUND = 1


class Command(HouqinCommand):
    """Compare files, due times and states with what they should be; exit code 1 when something differs."""

    words = ("check",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help=_("write one JSON object"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write what was compared and what differs."""
        found = check_consistency()
        if options["json"]:
            self.show(found.as_json())
        else:
            for one in found.differences:
                self.stdout.write(f"{one.subject}: {one.sentence}")
            compared = ", ".join(f"{name} {count}" for name, count in found.checked.items())
            self.stdout.write(
                _("Compared: %(compared)s. Differences: %(count)s.")
                % {"compared": compared, "count": len(found.differences)}
            )
        if found.differences:
            sys.exit(DIFFERENCES_FOUND)
