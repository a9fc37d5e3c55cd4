"""New installations on the server of the run."""

import subprocess
import sys
from pathlib import Path

from benchmarks.sides import clean_environment
from houqin.embedded import EmbeddedServer


def installation(server: EmbeddedServer, folder: Path, name: str) -> dict[str, str]:
    """The settings of a new, empty installation with a database and a folder of that name."""
    server.create_database(name)
    settings = {
        "HOUQIN_DATABASE_URL": server.url(name),
        "HOUQIN_DATA_DIR": str(folder / name),
        "HOUQIN_LOG": "error",
    }
    migrate(settings)
    return settings


def migrate(settings: dict[str, str]) -> None:
    """Make the tables of an installation."""
    subprocess.run(
        [sys.executable, "-m", "houqin.cli", "status"],
        env=clean_environment(**settings),
        stdout=subprocess.DEVNULL,
        check=True,
    )
