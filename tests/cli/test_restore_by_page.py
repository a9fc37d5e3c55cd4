"""`houqin run` restores a backup that a page laid ready, and the pages come back."""

import shutil
import signal
import socket
from pathlib import Path
from urllib.request import urlopen

import pytest

from houqin.kernel import handover
from tests.cli.processes import houqin, started, status_of, wait_until


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def test_a_backup_is_restored_while_nobody_is_served(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    settings = {"HOUQIN_DATA_DIR": str(data), "HOUQIN_PORT": str(port), "HOUQIN_WEB_WORKERS": "1"}
    assert houqin("backup", "--to", str(tmp_path), **settings).returncode == 0
    (made,) = tmp_path.glob("houqin-*.tar")
    run = started("run", "--no-demo", log=tmp_path / "log", **settings)
    try:
        wait_until(lambda: status_of(port, "/welcome/") == 200)
        shutil.copy(made, data / "restore.part")
        (data / "restore.part").replace(handover.wanted(data))
        wait_until(lambda: handover.outcome(data) is not None)
        told = handover.outcome(data)
        assert told is not None
        assert told.restored, told.says
        assert not handover.wanted(data).exists()
        wait_until(lambda: status_of(port, "/welcome/") == 200)
    finally:
        run.send_signal(signal.SIGTERM)
        run.wait(60)


@pytest.mark.long
def test_the_pages_know_whether_somebody_restores(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    settings = {"HOUQIN_DATA_DIR": str(data), "HOUQIN_PORT": str(port), "HOUQIN_WEB_WORKERS": "1"}
    for words, takes in ((("web",), False), (("run", "--no-demo"), True)):
        process = started(*words, log=tmp_path / "log", **settings)
        try:
            wait_until(lambda: status_of(port, "/welcome/restore/") == 200)
            assert ('type="file"' in page_of(port, "/welcome/restore/")) is takes
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
        wait_until(lambda: status_of(port) == 0)


def page_of(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        text: str = answer.read().decode()
        return text
