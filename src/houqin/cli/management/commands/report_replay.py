"""`houqin report replay`: what would have been met under another standard."""

import argparse
import tomllib
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from houqin.cli.base import HouqinCommand, day
from houqin.insight.proposals import proposal
from houqin.insight.replay import Kinds, replay
from houqin.kernel.errors import Invalid

COLUMNS = ("measured", "met", "missed", "undecided", "met_then", "missed_then", "gained", "lost")


class Command(HouqinCommand):
    """Measure the requests of a period under a standard from a file; nothing is stored."""

    words = ("report", "replay")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the standard and the period."""
        parser.add_argument(
            "--standard", required=True, metavar="FILE.toml", type=Path, help=_("the standard to try")
        )
        parser.add_argument(
            "--from", dest="start", required=True, metavar="DATE", help=_("first day of opening")
        )
        parser.add_argument("--to", dest="end", required=True, metavar="DATE", help=_("day after the last"))
        parser.add_argument("--json", action="store_true", help=_("write one JSON object"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the result as a table or as JSON."""
        start, end = day(options["start"]), day(options["end"])
        if end <= start:
            raise Invalid(_("--to must be later than --from; it is the day after the last."))
        found = replay(proposal=proposal(_read(options["standard"])), start=start, end=end)
        if options["json"]:
            self.show(found.as_json())
            return
        self.stdout.write(
            _("%(count)s requests opened from %(start)s to before %(end)s, under %(standard)s:")
            % {"count": found.requests, "start": start, "end": end, "standard": found.standard or "?"}
        )
        self._table("", found.total)
        for name in ("by_priority", "by_month", "by_service"):
            for key, kinds in sorted(getattr(found, name).items()):
                self._table(f"{name[3:]} {key or '—'}", kinds)

    def _table(self, title: str, kinds: Kinds) -> None:
        self.stdout.write("")
        self.stdout.write(f"{title:<32}" + "".join(f"{column:>13}" for column in COLUMNS))
        for kind, tally in sorted(kinds.items()):
            self.stdout.write(f"{kind:<32}" + "".join(f"{getattr(tally, column):>13}" for column in COLUMNS))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Invalid(
            _("%(file)s cannot be read: %(what)s.") % {"file": path, "what": error.strerror}
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(_("%(file)s is not TOML: %(what)s") % {"file": path, "what": error}) from error
