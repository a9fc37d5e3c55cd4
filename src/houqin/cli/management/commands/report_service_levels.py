"""`houqin report service-levels`: how many requests were served on time."""

import argparse
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from houqin.cli.base import HouqinCommand, day, instant
from houqin.insight.promises import Kinds
from houqin.insight.service_levels import Figures, Line, ServiceLevels, service_levels
from houqin.kernel.errors import Invalid

COLUMNS = ("opened", "closed", "closed_with_target", "on_time", "open_with_target", "open_overdue")
NAME_WIDTH = 44


class Command(HouqinCommand):
    """Say how requests opened in a period were served, as known at an instant."""

    words = ("report", "service-levels")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the period, the instant and the time zone."""
        parser.add_argument(
            "--from", dest="start", required=True, metavar="DATE", help=_("first day of opening")
        )
        parser.add_argument("--to", dest="end", required=True, metavar="DATE", help=_("day after the last"))
        parser.add_argument("--as-of", metavar="TIMESTAMP", help=_("as known then (default: now)"))
        parser.add_argument(
            "--time-zone", default="", metavar="ZONE", help=_("whose days (default: those of each place)")
        )
        parser.add_argument("--json", action="store_true", help=_("write one JSON object"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the report as a table or as JSON."""
        zone = options["time_zone"]
        if zone and zone not in available_timezones():
            raise Invalid(_("%(zone)s is not a time zone. Write it like Asia/Shanghai.") % {"zone": zone})
        start, end = day(options["start"]), day(options["end"])
        if end <= start:
            raise Invalid(_("--to must be later than --from; it is the day after the last."))
        found = service_levels(start=start, end=end, as_of=instant(options["as_of"], zone), time_zone=zone)
        if options["json"]:
            self.show(found.as_json())
        else:
            self._tell(found)

    def _tell(self, found: ServiceLevels) -> None:
        total = found.total
        self.stdout.write(
            _("Requests opened from %(start)s to before %(end)s, as known at %(as_of)s.")
            % {"start": found.start, "end": found.end, "as_of": found.as_of.isoformat()}
        )
        for name in (*COLUMNS, "closed_before_opened", "median_hours_to_close"):
            self.stdout.write(f"{name}: {getattr(total, name)}")
        for name in ("month", "channel", "department", "service", "place", "crew"):
            self._table(name, getattr(found, f"by_{name}"))
        self._promises("by_kind", found.by_kind)
        for line in found.by_partner:
            self._promises(f"by_partner: {line.name}", line.kinds)

    def _promises(self, title: str, kinds: Kinds) -> None:
        if not kinds:
            return
        self.stdout.write("")
        self.stdout.write(f"{title:<{NAME_WIDTH}}" + "".join(f"{head:>20}" for head in ("met", "missed")))
        for kind, one in kinds.items():
            self.stdout.write(f"{kind:<{NAME_WIDTH}}{one.met:>20}{one.missed:>20}")

    def _table(self, name: str, lines: list[Line]) -> None:
        self.stdout.write("")
        self.stdout.write(f"{'by_' + name:<{NAME_WIDTH}}" + "".join(f"{column:>20}" for column in COLUMNS))
        for line in lines:
            self.stdout.write(f"{line.name[: NAME_WIDTH - 1]:<{NAME_WIDTH}}" + _cells(line.figures))


def _cells(figures: Figures) -> str:
    return "".join(f"{getattr(figures, column):>20}" for column in COLUMNS)
