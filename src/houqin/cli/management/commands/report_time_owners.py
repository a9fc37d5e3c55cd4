"""`houqin report time-owners`: who had the working time of the requests of a period."""

import argparse
from typing import Any

from django.utils.translation import gettext as _

from houqin.cli.base import HouqinCommand, day, instant
from houqin.insight.time_owners import DIMENSIONS, Line, time_owners
from houqin.kernel.errors import Invalid
from houqin.kernel.time_owners import Owner

HOUR = 3_600
NAME_WIDTH = 32


class Command(HouqinCommand):
    """Say in working hours who had the time of requests, by service, crew, partner and so on."""

    words = ("report", "time-owners")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the period and the instant."""
        parser.add_argument(
            "--from", dest="start", required=True, metavar="DATE", help=_("first day of opening")
        )
        parser.add_argument("--to", dest="end", required=True, metavar="DATE", help=_("day after the last"))
        parser.add_argument("--as-of", metavar="TIMESTAMP", help=_("as known then (default: now)"))
        parser.add_argument("--json", action="store_true", help=_("write one JSON object"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the report as tables in hours, or as JSON in seconds."""
        start, end = day(options["start"]), day(options["end"])
        if end <= start:
            raise Invalid(_("--to must be later than --from; it is the day after the last."))
        found = time_owners(start=start, end=end, as_of=instant(options["as_of"], ""))
        if options["json"]:
            self.show(found.as_json())
            return
        self.stdout.write(
            _("Requests opened from %(start)s to before %(end)s, as known at %(as_of)s.")
            % {"start": start, "end": end, "as_of": found.as_of.isoformat()}
        )
        self._table("", [found.total])
        for name in DIMENSIONS:
            self._table(f"by_{name}", found.by(name))

    def _table(self, title: str, lines: list[Line]) -> None:
        heads = ("requests", "waited", *Owner)
        self.stdout.write("")
        self.stdout.write(f"{title:<{NAME_WIDTH}}" + "".join(f"{head:>12}" for head in heads))
        for line in lines:
            hours = [line.waited / HOUR, *(line.times[owner] / HOUR for owner in Owner)]
            name = (line.name or _("all"))[: NAME_WIDTH - 1]
            cells = f"{line.requests:>12}" + "".join(f"{value:>12.1f}" for value in hours)
            self.stdout.write(f"{name:<{NAME_WIDTH}}{cells}")
