"""What our Django commands share: the words people type, and a quiet option list."""

import datetime as dt
import json
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from houqin.cli.commands import COMMANDS
from houqin.kernel.errors import Invalid


class HouqinCommand(BaseCommand):
    """A command that calls itself by the words of `houqin --help`.

    `words` are those words. Django's own options stay usable and are not listed.
    """

    words: ClassVar[tuple[str, ...]] = ()
    requires_system_checks = []
    suppressed_base_arguments = {
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
    }

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return a parser named and described as in `houqin --help`."""
        summary = next(command.summary for command in COMMANDS if command.words == self.words)
        self.help = _(summary)
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.prog = " ".join(("houqin", *self.words))
        return parser

    def show(self, facts: dict[str, Any]) -> None:
        """Write one JSON object on standard output."""
        self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=1, default=str))


def day(text: str) -> dt.date:
    """Return the day that was typed. Raises `Invalid`."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("%(text)s is not a date. Write it like 2026-11-23.") % {"text": text}) from error


def instant(text: str | None, zone: str) -> dt.datetime | None:
    """Return an instant; without an offset it is local to the time zone, midnight for a date alone.

    Raises `Invalid`.
    """
    if not text:
        return None
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            _("%(text)s is not an instant. Write it like 2026-11-23T18:00:00+08:00.") % {"text": text}
        ) from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone or settings.TIME_ZONE))
