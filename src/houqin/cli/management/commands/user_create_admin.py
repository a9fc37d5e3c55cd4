"""`houqin user create-admin`: an administrator, from the command line."""

import argparse
import getpass
import os
import sys
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.actions import grants, passwords, people
from houqin.accounts.models import Role
from houqin.cli.base import HouqinCommand
from houqin.cli.wording import operator_language


class Command(HouqinCommand):
    """Make an administrator, or give an account the role again when everybody is locked out."""

    words = ("user", "create-admin")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the user name and what is known of the person."""
        parser.add_argument("username", metavar="USER", help=_("user name"))
        parser.add_argument("--name", default="", help=_("full name (default: the user name)"))
        parser.add_argument("--email", default="", help=_("e-mail address"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read the password from the terminal, or from standard input where there is none."""
        password = _password()
        make(options["username"], options["name"] or options["username"], options["email"], password)
        self.stdout.write(_("%(name)s is an administrator and may sign in.") % {"name": options["username"]})


@transaction.atomic
def make(username: str, full_name: str, email: str, password: str) -> None:
    """Enter the person with the role and the password, all or nothing."""
    person = people.create(username=username, full_name=full_name, email=email, language=operator_language())
    passwords.set_password(person=person, password=password)
    grants.give(person=person, role=Role.ADMINISTRATOR)


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip(os.linesep)
    return getpass.getpass(_("Password: "))
