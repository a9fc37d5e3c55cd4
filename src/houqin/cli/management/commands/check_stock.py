"""`houqin check stock`: whether the books of the stores add up."""

import sys
from typing import Any

from django.utils.translation import gettext as _

from houqin.cli.base import HouqinCommand
from houqin.flows.check_stock import check_stock

DIFFERENCES_FOUND = 1


class Command(HouqinCommand):
    """Prove balances, layers, entries and closed months; exit code 1 when something does not add up."""

    words = ("check", "stock")

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write what does not add up, or that all does."""
        found = check_stock()
        for one in found:
            self.stdout.write(f"{one.proof} {one.subject}: {one.sentence}")
        if found:
            sys.exit(DIFFERENCES_FOUND)
        self.stdout.write(_("The books of the stores add up."))
