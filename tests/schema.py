"""The migrated schema, kept between runs: migrating takes seconds, loading what it made takes one.

Kept in the checkout under a hash of our migrations, of the names of all others and of the lock of
dependencies, so that a change of any of them makes it anew.
"""

import hashlib
import os
import subprocess
from pathlib import Path

from django.conf import settings

import houqin
from houqin.cli.database import fingerprint
from houqin.embedded import EmbeddedServer

SOURCE = Path(houqin.__file__).parent
CHECKOUT = Path(__file__).parents[1]
FOLDER = CHECKOUT / ".pytest_cache" / "schema"
TEMPLATE = "houqin_schema"


def kept() -> Path:
    """Where the schema for the present migrations is kept."""
    digest = hashlib.sha256(fingerprint(list(settings.INSTALLED_APPS)).encode())
    for path in [CHECKOUT / "requirements.lock", *sorted(SOURCE.glob("*/migrations/*.py"))]:
        digest.update(path.read_bytes())
    return FOLDER / f"{digest.hexdigest()[:24]}.sql"


def load(server: EmbeddedServer, path: Path) -> bool:
    """Load the kept schema into a template database; False when there is none."""
    if not path.exists():
        return False
    server.create_database(TEMPLATE)
    done = subprocess.run(
        [server.binary("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-f", path, server.dsn(TEMPLATE)],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def keep(server: EmbeddedServer, name: str, path: Path) -> None:
    """Keep the schema of a freshly migrated database, whole or not at all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as file:
        done = subprocess.run(
            [server.binary("pg_dump"), "--no-owner", server.dsn(name)], stdout=file, check=False
        )
    if done.returncode == 0:
        fresh.replace(path)
    else:
        fresh.unlink()
