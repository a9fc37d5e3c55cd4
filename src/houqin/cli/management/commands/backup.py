"""`houqin backup`: everything in one archive."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from houqin.cli.base import HouqinCommand
from houqin.flows.back_up import back_up


class Command(HouqinCommand):
    """Put the database, the files, the secret key and the settings into one archive."""

    words = ("backup",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take --to and --json."""
        parser.add_argument(
            "--to", type=Path, metavar="DIR", help=_("folder (default: backups in the data folder)")
        )
        parser.add_argument("--json", action="store_true", help=_("write one JSON object"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the backup and say where it is."""
        made = back_up(folder=options["to"])
        if options["json"]:
            self.show(asdict(made))
            return
        self.stdout.write(
            _("%(path)s: %(rows)s rows, %(files)s files, %(size)s.")
            % {"path": made.path, "rows": made.rows, "files": made.files, "size": filesizeformat(made.size)}
        )
        if made.missing:
            self.stderr.write(
                _("%(count)s attachments have lost their bytes; houqin check lists them.")
                % {"count": made.missing}
            )
