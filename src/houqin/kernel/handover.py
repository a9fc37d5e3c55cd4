"""Where a page leaves a backup for the process that watches over all others, and what became of it.

Both are files in the data folder: the database and the processes that serve pages are gone meanwhile.
No Django here: the watching process does without.
"""

import json
import os
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

_attended = threading.Event()


def attend() -> None:
    """Note that `houqin run` watches over this process, so that what is handed over is restored."""
    _attended.set()


def is_attended() -> bool:
    """Tell whether somebody restores what is handed over; not where `houqin web` was started alone."""
    return _attended.is_set()


@dataclass(frozen=True)
class Outcome:
    """Whether the backup was restored, and what the restore had to say."""

    restored: bool
    says: str


def wanted(data_dir: Path) -> Path:
    """Return where the backup to restore lies, or would lie."""
    return data_dir / "restore.tar"


def tell(data_dir: Path, outcome: Outcome) -> None:
    """Leave word of what became of it, and take the backup away."""
    note = _note(data_dir)
    fresh = note.with_name(f"{note.name}.{os.getpid()}")
    fresh.write_text(json.dumps(asdict(outcome)), encoding="utf-8")
    fresh.replace(note)
    wanted(data_dir).unlink(missing_ok=True)


def outcome(data_dir: Path) -> Outcome | None:
    """Return what became of the backup that was handed over last, or None."""
    with suppress(OSError, ValueError, TypeError):
        return Outcome(**json.loads(_note(data_dir).read_text(encoding="utf-8")))
    return None


def forget(data_dir: Path) -> None:
    """Forget the last outcome."""
    _note(data_dir).unlink(missing_ok=True)


def _note(data_dir: Path) -> Path:
    return data_dir / "restore.json"
