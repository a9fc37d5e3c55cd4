"""`houqin demo load` and `houqin demo remove`: the demonstration campus."""

import argparse
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from houqin.cli.base import HouqinCommand
from houqin.demo.accounts import DEMO_PASSWORD, offered
from houqin.demo.loading import load_demonstration
from houqin.demo.removal import remove_demonstration


class Command(HouqinCommand):
    """Load the demonstration or remove it; done already, either does nothing and ends with 0."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Return a parser with the two words `load` and `remove`."""
        self.help = _("load the demonstration campus or remove it")
        parser = BaseCommand.create_parser(self, prog_name, subcommand, **kwargs)
        parser.prog = "houqin demo"
        return parser

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the word, and --json."""
        words = parser.add_subparsers(dest="word", required=True, metavar="load|remove")
        load = words.add_parser("load", help=_("fill an installation with a lifelike campus"))
        remove = words.add_parser("remove", help=_("take the demonstration out again"))
        for word in (load, remove):
            word.add_argument("--json", action="store_true", help=_("write one JSON object"))
        remove.add_argument(
            "--with-own-requests",
            action="store_true",
            help=_("also remove your own requests that were reported at the demonstration's places"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it and say what there is or what is gone."""
        if options["word"] == "load":
            self._load(as_json=options["json"])
        else:
            self._remove(with_own_requests=options["with_own_requests"], as_json=options["json"])

    def _load(self, *, as_json: bool) -> None:
        loaded = load_demonstration()
        accounts = [account.username for account in offered()]
        if as_json:
            self.show({**asdict(loaded), "accounts": accounts, "password": DEMO_PASSWORD})
            return
        if not loaded.new:
            self.stdout.write(_("The demonstration is loaded already; nothing was changed."))
            return
        self.stdout.write(
            _(
                "The demonstration is loaded: %(requests)s requests, %(orders)s work orders, "
                "%(places)s places, %(people)s people."
            )
            % asdict(loaded)
        )
        self.stdout.write(
            _("Sign in as %(names)s; the password is %(password)s.")
            % {"names": ", ".join(accounts), "password": DEMO_PASSWORD}
        )

    def _remove(self, *, with_own_requests: bool, as_json: bool) -> None:
        removed = remove_demonstration(with_own_requests=with_own_requests)
        if as_json:
            self.show(asdict(removed))
        elif not removed.rows:
            self.stdout.write(_("The demonstration is not loaded; nothing was removed."))
        else:
            self.stdout.write(
                _(
                    "The demonstration is removed: %(requests)s requests, %(orders)s work orders, "
                    "%(people)s people."
                )
                % asdict(removed)
            )
