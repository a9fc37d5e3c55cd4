"""The database server's own programs for backups, and how they and we reach the database."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from django.db import connection
from django.utils.translation import gettext as _

from houqin.embedded import EmbeddedError, EmbeddedServer
from houqin.kernel.errors import Refused

VARIABLES = {
    "HOST": "PGHOST",
    "PORT": "PGPORT",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "NAME": "PGDATABASE",
}


class ProgramFailed(Refused):
    """A program of PostgreSQL's ended with an error."""

    code = "program_failed"


def connect() -> psycopg.Connection:
    """Open a session of its own, apart from Django's, so that it can have a snapshot of its own."""
    facts = connection.settings_dict
    return psycopg.connect(
        host=facts["HOST"] or None,
        port=facts["PORT"] or None,
        user=facts["USER"] or None,
        password=facts["PASSWORD"] or None,
        dbname=facts["NAME"],
        application_name="houqin backup",
    )


def run(program: str, arguments: Sequence[str]) -> None:
    """Run `pg_dump` or `pg_restore` against the database; the password travels in the environment.

    Raises `ProgramFailed` with the last line the program wrote.
    """
    facts = connection.settings_dict
    reach = {name: str(facts[key]) for key, name in VARIABLES.items() if facts[key]}
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's with words of ours
        [_path(program), *arguments],
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", **reach},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise ProgramFailed(
            _("%(program)s failed: %(what)s") % {"program": program, "what": lines[-1] if lines else "?"}
        )


def _path(program: str) -> Path:
    try:
        path = EmbeddedServer.binary(program)
    except EmbeddedError:
        path = None
    found = path if path and path.exists() else shutil.which(program)
    if found is None:
        raise ProgramFailed(
            _("%(program)s is not installed here. Install the client programs of PostgreSQL.")
            % {"program": program}
        )
    return Path(found)
