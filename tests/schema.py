"""The migrated schema, kept between runs: migrating takes seconds, loading what it made takes one.

Kept under a hash of all migrations and of the lock of dependencies, so that a change of either makes
it anew. `make test-all` and CI's first run migrate for real.
"""

import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import houqin
from houqin.embedded import EmbeddedServer

SOURCE = Path(houqin.__file__).parent
TEMPLATE = "houqin_schema"


def kept() -> Path:
    """Where the schema for the present migrations is kept."""
    digest = hashlib.sha256()
    for path in [SOURCE.parents[1] / "requirements.lock", *sorted(SOURCE.glob("*/migrations/*.py"))]:
        digest.update(path.read_bytes())
    owner = os.getuid() if hasattr(os, "getuid") else 0
    return Path(tempfile.gettempdir()) / f"houqin-test-schema-{owner}-{digest.hexdigest()[:24]}.sql"


def load(server: EmbeddedServer, path: Path) -> bool:
    """Load the kept schema into a template database; False when there is none."""
    if not path.exists() or path.stat().st_uid != os.getuid():
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
    fresh = path.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as file:
        done = subprocess.run(
            [server.binary("pg_dump"), "--no-owner", server.dsn(name)], stdout=file, check=False
        )
    if done.returncode == 0:
        fresh.replace(path)
    else:
        fresh.unlink()
