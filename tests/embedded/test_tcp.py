"""The server with a port and a password, for tests against an outside database."""

import os
import signal
import subprocess
import sys

import psycopg
import pytest

from houqin.embedded import EmbeddedServer

from .programs import ROOT, pids, private_folder


def test_the_command_prints_a_url_and_serves_until_sigterm() -> None:
    with private_folder() as folder:
        with subprocess.Popen(
            [sys.executable, "-m", "houqin.embedded", "tcp", "--dir", folder],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as command:
            assert command.stdout is not None
            url = command.stdout.readline().strip()
            with psycopg.connect(url) as connection:
                row = connection.execute("SELECT current_user, inet_server_addr()::text").fetchone()
                assert row == ("houqin", "127.0.0.1/32")
            wrong = url.replace("houqin:", "houqin:not-")
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(wrong)
            command.send_signal(signal.SIGTERM)
        assert command.returncode == 128 + signal.SIGTERM
        assert pids(EmbeddedServer(folder)) == ()
