"""`houqin restore`: an archive back into an empty installation."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from houqin.cli import database
from houqin.cli.base import HouqinCommand
from houqin.flows.restore_backup import restore_backup
from houqin.kernel.environment import read


class Command(HouqinCommand):
    """Bring an archive back into an empty installation."""

    words = ("restore",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the archive and --json."""
        parser.add_argument("archive", type=Path, metavar="FILE", help=_("a backup made by houqin backup"))
        parser.add_argument("--json", action="store_true", help=_("write one JSON object"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore, and bring the tables up to this release."""
        restored = restore_backup(path=options["archive"])
        connection.close()
        database.make_ready(read())
        if options["json"]:
            self.show(asdict(restored))
            return
        self.stdout.write(
            _("Restored the backup of %(made_at)s: %(rows)s rows, %(files)s files.")
            % {"made_at": restored.made_at, "rows": restored.rows, "files": restored.files}
        )
        if restored.settings:
            self.stdout.write(_("These settings were in force then; set those you still want:"))
            self.stdout.write("\n".join(restored.settings))
