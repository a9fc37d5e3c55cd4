"""`houqin token create`: a token by which a program acts for a person."""

import argparse
import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from houqin.accounts.actions import tokens
from houqin.accounts.queries.people import person_named
from houqin.cli.base import HouqinCommand
from houqin.kernel import clock
from houqin.kernel.errors import Missing


class Command(HouqinCommand):
    """Make a token and write it; it is shown this once."""

    words = ("token", "create")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the person, the name, what the token may do and how long."""
        parser.add_argument("username", metavar="USER", help=_("user name or e-mail address"))
        parser.add_argument("--name", default="houqin token create", help=_("what the token is for"))
        parser.add_argument(
            "--scopes",
            default="read",
            help=_("what it may do: read, or read,write, or calls (default: read)"),
        )
        parser.add_argument("--days", type=int, default=365, help=_("days it is good for (default: 365)"))
        parser.add_argument("--json", action="store_true", help=_("write one JSON object"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the secret alone on standard output, so that a script can take it."""
        person = person_named(options["username"])
        if person is None:
            raise Missing(_("There is nobody named %(name)s.") % {"name": options["username"]})
        token, secret = tokens.make(
            person=person,
            name=options["name"],
            scopes=[word.strip() for word in options["scopes"].split(",") if word.strip()],
            expires_at=clock.now() + dt.timedelta(days=options["days"]),
        )
        if options["json"]:
            self.show(
                {"token": secret, "name": token.name, "scopes": token.scopes, "expires_at": token.expires_at}
            )
        else:
            self.stdout.write(secret)
