"""Starting, stopping and what a client finds."""

import os
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from houqin.embedded import EmbeddedServer
from houqin.embedded.folders import LOG_LIMIT

from .programs import pids, postmaster, private_folder


def ask(server: EmbeddedServer, statement: str) -> object:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


def test_a_first_start_makes_a_cluster_and_a_stop_leaves_no_process() -> None:
    with private_folder() as folder:
        server = EmbeddedServer(folder)
        assert not server.is_running()
        began = time.monotonic()
        with server.in_use():
            assert server.is_running()
            assert time.monotonic() - began < 15
            assert ask(server, "SHOW fsync") == "on"
            assert ask(server, "SHOW data_checksums") == "on"
        assert not server.is_running()
        assert pids(server) == ()


def test_a_second_start_changes_nothing(server: EmbeddedServer) -> None:
    before = pids(server)
    server.start()
    EmbeddedServer(server.folders.data_dir).start()
    assert postmaster(server) == before[0]


def test_stopping_twice_is_no_error(server: EmbeddedServer) -> None:
    server.stop()
    server.stop()
    assert not server.is_running()


def test_stopping_what_never_was_makes_no_folder(tmp_path: Path) -> None:
    EmbeddedServer(tmp_path / "nothing").stop()
    EmbeddedServer(tmp_path / "nothing").release()
    assert not (tmp_path / "nothing").exists()


def test_the_server_listens_on_no_network(server: EmbeddedServer) -> None:
    assert ask(server, "SHOW listen_addresses") == ""
    assert server.folders.socket.stat().st_mode & 0o777 == 0o700


def test_dsn_and_url_lead_to_the_same_database(server: EmbeddedServer) -> None:
    for address in (server.dsn(), server.url()):
        with psycopg.connect(address) as connection:
            row = connection.execute("SELECT current_user, current_database(), inet_server_addr()").fetchone()
            assert row == ("houqin", "houqin", None)


def test_the_application_is_no_superuser_but_makes_databases_and_extensions(server: EmbeddedServer) -> None:
    assert ask(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert server.create_database("second")
    assert not server.create_database("second")
    with psycopg.connect(server.dsn("second"), autocommit=True) as connection:
        for name in ("pg_trgm", "btree_gist", "ltree", "unaccent"):
            connection.execute(f"CREATE EXTENSION {name}".encode())
        assert connection.execute("SELECT cardinality(show_trgm('漏水报修'))").fetchone() == (5,)
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("DROP DATABASE second")


def test_a_dropped_database_is_there_again_after_a_start(server: EmbeddedServer) -> None:
    with psycopg.connect(server.admin_dsn(), autocommit=True) as connection:
        connection.execute("DROP DATABASE houqin")
    server.start()
    assert ask(server, "SELECT 1") == 1


def test_pg_dump_of_the_same_version_needs_no_other_account(server: EmbeddedServer) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS dumped")
        connection.execute("CREATE TABLE dumped AS SELECT '后勤' AS word")
    dump = subprocess.run(
        [server.binary("pg_dump"), "--table=dumped", server.dsn()],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "后勤" in dump.stdout


def test_a_long_path_through_a_closed_folder_gets_a_short_private_socket_folder() -> None:
    with private_folder() as folder:
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        server = EmbeddedServer(closed / ("very-" * 20) / "逗号,comma", durable=False)
        with server.in_use():
            assert [ask(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == ["off", "off"]
            assert len(os.fsencode(server.folders.socket)) < 60
            assert server.folders.socket.stat().st_mode & 0o777 == 0o700
            psycopg.connect(server.url()).close()
            os.kill(postmaster(server), 9)
            server.start()
            assert ask(server, "SELECT 1") == 1
        for path in (folder, closed, server.folders.data_dir, server.folders.state):
            assert path.stat().st_uid == os.geteuid()
        assert closed.stat().st_mode & 0o777 == 0o700
        server.folders.socket.rmdir()


def test_the_log_tells_no_values_and_stays_small(stopped: EmbeddedServer) -> None:
    stopped.folders.append_to_log("x" * LOG_LIMIT + "\nthe last line\n")
    stopped.start()
    with psycopg.connect(stopped.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE person (phone text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('13800000000')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('13800000000')")
        connection.execute("DROP TABLE person")
    text = stopped.folders.log.read_text()
    assert "duplicate key" in text
    assert "13800000000" not in text
    assert len(text) < 10_000
    assert (stopped.folders.state / "server.log.1").read_text().endswith("the last line\n")
