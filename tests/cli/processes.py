"""`houqin` as people start it: a process of its own, with an environment of its own."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def environment(**settings: str) -> dict[str, str]:
    """Our own environment without houqin's settings, in English, plus `settings`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOUQIN_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {
        **kept,
        "LANG": "en_US.UTF-8",
        "LC_ALL": "en_US.UTF-8",
        "PYTHONPATH": str(ROOT / "src"),
        **settings,
    }


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "houqin.cli", *words]


def houqin(*words: str, stdin: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        command(*words), env=environment(**settings), input=stdin, capture_output=True, text=True, check=False
    )


def started(*words: str, log: Path, **settings: str) -> "subprocess.Popen[bytes]":
    """Start a command that goes on, its output in `log`."""
    with log.open("ab") as out:
        return subprocess.Popen(
            command(*words), env=environment(**settings), stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )


def url_of(name: str) -> str:
    """The address of a database of the tests' server."""
    facts = connection.settings_dict
    who = quote(facts["USER"], safe="")
    if facts["PASSWORD"]:
        who += ":" + quote(facts["PASSWORD"], safe="")
    host, port = quote(facts["HOST"], safe=""), facts["PORT"]
    return f"postgresql://{who}@/{quote(name, safe='')}?host={host}&port={port}"


def own_url() -> str:
    """The address of the database the tests use."""
    return url_of(connection.settings_dict["NAME"])


def status_of(port: int, path: str = "/") -> int:
    """The status of an answer; 0 when there is none."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        client.request("GET", path)
        return client.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        client.close()


def wait_until(condition: Callable[[], object], seconds: float = 90.0) -> float:
    """Wait for a condition and return how long that took; fail when it does not come true."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > seconds:
            raise AssertionError(f"not within {seconds} seconds")
        time.sleep(0.05)
    return time.monotonic() - start


def living(data_dir: Path) -> list[str]:
    """The command line of every living process that was started for a data folder."""
    mark = f"HOUQIN_DATA_DIR={data_dir}\0".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            ours = mark in (folder / "environ").read_bytes() or (folder / "cwd").readlink().is_relative_to(
                data_dir
            )
            if ours and state != "Z":
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def pids(data_dir: Path, *words: str) -> list[int]:
    """The processes of a data folder whose command line holds all the words, oldest first."""
    mark = f"HOUQIN_DATA_DIR={data_dir}\0".encode()
    found = []
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda folder: int(folder.name)):
        with suppress(OSError):
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if mark in (folder / "environ").read_bytes() and all(word in line for word in words):
                found.append(int(folder.name))
    return found
