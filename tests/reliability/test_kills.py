"""Nothing acknowledged is lost, doubled or half there, whichever of our processes is killed."""

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import psycopg
import pytest

from houqin.embedded import EmbeddedServer
from tests.cli.processes import ROOT, houqin, pids, started, status_of, wait_until
from tests.cli.test_run import free_port
from tests.reliability.lanes import Lane, Ledger

pytestmark = pytest.mark.long

LANES = 4
WRITES = 2_000
KILLS = 20
VICTIMS = ("web", "database", "worker", "serving")


class Installation:
    """An installation of its own under `houqin run`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder.with_suffix(".log")
        self.port = free_port()
        self.settings = {
            "HOUQIN_DATA_DIR": str(folder),
            "HOUQIN_PORT": str(self.port),
            "HOUQIN_WEB_WORKERS": "2",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }

    def seeded(self) -> dict[str, Any]:
        words = f"from tests.reliability.campus import show; show({LANES})"
        done = houqin("shell", "--no-imports", "-c", words, **self.settings)
        assert done.returncode == 0, done.stderr
        campus: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return campus

    def answers(self) -> bool:
        return 200 <= status_of(self.port) < 400

    def victim(self, name: str) -> int | None:
        """A process to kill now, or None while there is none."""
        if name == "database":
            noted = self.folder / "postgres" / "cluster" / "postmaster.pid"
            return int(noted.read_text().split()[0]) if noted.exists() else None
        if name == "serving":
            found = [pid for pid in pids(self.folder) if _parent(pid) in pids(self.folder, "houqin.cli web")]
        else:
            found = pids(self.folder, f"houqin.cli {name}")
        return found[-1] if found else None


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "data")
    yield made
    for pid in pids(made.folder):
        os.kill(pid, signal.SIGKILL)


def test_kills_lose_double_and_halve_nothing(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    campus = installation.seeded()
    process = started("run", "--no-demo", log=installation.log, **installation.settings)
    wait_until(installation.answers)
    ledger = Ledger()
    lanes = [
        Lane(port=installation.port, campus=campus, number=number, ledger=ledger, writes=WRITES)
        for number in range(LANES)
    ]
    began = time.monotonic()
    for lane in lanes:
        lane.start()

    killed = kill_now_and_then(installation, ledger)
    for lane in lanes:
        lane.join()
    seconds = time.monotonic() - began

    wait_until(installation.answers)
    assert ledger.failures == []
    assert killed.total() == KILLS
    assert len(ledger) >= WRITES
    dsn = EmbeddedServer(installation.folder).dsn()
    with psycopg.connect(dsn) as session:
        assert missing_or_doubled(session, ledger) == {}
        assert half_documents(session) == {}
        assert gaps(session) == []
    checked = houqin("check", "--json", **installation.settings)
    assert json.loads(checked.stdout)["differences"] == [], checked.stderr
    process.terminate()
    process.wait(30)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(ledger)} writes in {seconds:.0f} s, killed {dict(killed)}, asked again "
            f"{dict(ledger.tries)}, longest wait {ledger.longest:.1f} s\n"
        )
    assert ledger.tries, "the kills did not disturb anybody"


def kill_now_and_then(installation: Installation, ledger: Ledger) -> Counter[str]:
    """Kill one process after the other with -9, evenly over the writes."""
    killed: Counter[str] = Counter()
    for number, name in zip(range(KILLS), cycle(VICTIMS), strict=False):
        due = (number + 1) * WRITES // (KILLS + 1)
        wait_until(lambda due=due: len(ledger) >= due or ledger.failures, 300)  # type: ignore[misc]
        if ledger.failures:
            break
        wait_until(lambda name=name: installation.victim(name), 60)  # type: ignore[misc]
        if pid := installation.victim(name):
            os.kill(pid, signal.SIGKILL)
            killed[name] += 1
    return killed


ORDER_KINDS = {
    "accept": "accepted",
    "start": "started",
    "hold": "held",
    "resume": "resumed",
    "complete": "completed",
}


def missing_or_doubled(session: "psycopg.Connection[Any]", ledger: Ledger) -> dict[str, list[str]]:
    """Acknowledged writes that are not there exactly once, by kind."""
    of_requests = (
        "SELECT r.number FROM desk_requestevent e JOIN desk_servicerequest r ON r.id = e.request_id"
        " WHERE e.kind = 'accepted'"
    )
    of_orders = (
        "SELECT o.number FROM work_orderevent e JOIN work_workorder o ON o.id = e.order_id WHERE e.kind = %s"
    )
    stored = {
        "request": counted(session, "SELECT title FROM desk_servicerequest"),
        "message": counted(session, "SELECT text FROM desk_message"),
        "order": counted(session, "SELECT title FROM work_workorder"),
        "accept_request": counted(session, of_requests),
        **{step: counted(session, of_orders, kind) for step, kind in ORDER_KINDS.items()},
    }
    wrong: dict[str, list[str]] = {}
    for kind, found in stored.items():
        bad = [f"{what}: {found[what]}" for what in ledger.of(kind) if found[what] != 1]
        unknown = set(found) - set(ledger.of(kind))
        bad += [f"{what}: never acknowledged" for what in sorted(unknown)]
        if bad:
            wrong[kind] = bad
    return wrong


def counted(session: "psycopg.Connection[Any]", query: Any, *values: str) -> Counter[str]:
    return Counter(row[0] for row in session.execute(query, values or None))


HALF = {
    "request without its opening": (
        "SELECT number FROM desk_servicerequest r WHERE NOT EXISTS"
        " (SELECT FROM desk_requestevent e WHERE e.request_id = r.id AND e.kind = 'opened')"
    ),
    "request without history": (
        "SELECT number FROM desk_servicerequest r WHERE NOT EXISTS"
        " (SELECT FROM desk_servicerequesthistory h WHERE h.pgh_obj_id = r.id)"
    ),
    "request without due time": "SELECT number FROM desk_servicerequest WHERE due_at IS NULL",
    "order without its raising": (
        "SELECT number FROM work_workorder o WHERE NOT EXISTS"
        " (SELECT FROM work_orderevent e WHERE e.order_id = o.id AND e.kind = 'raised')"
    ),
    "order of no request": (
        "SELECT number FROM work_workorder o WHERE NOT EXISTS"
        " (SELECT FROM desk_requestorder t WHERE t.order_id = o.id)"
    ),
    "order that the request's timeline does not tell": (
        "SELECT o.number FROM work_workorder o JOIN desk_requestorder t ON t.order_id = o.id WHERE NOT EXISTS"
        " (SELECT FROM desk_requestevent e WHERE e.request_id = t.request_id AND e.kind = 'order_raised')"
    ),
    "state that its last move contradicts": (
        "SELECT number FROM work_workorder o WHERE status <> (SELECT to_status FROM work_orderevent e"
        " WHERE e.order_id = o.id AND to_status <> '' ORDER BY id DESC LIMIT 1)"
    ),
    "write without a stored answer": (
        "SELECT number FROM desk_servicerequest r WHERE NOT EXISTS (SELECT FROM journal_storedanswer a"
        " WHERE a.status = 201 AND convert_from(a.body, 'UTF8')::jsonb ->> 'number' = r.number)"
    ),
}


def half_documents(session: "psycopg.Connection[Any]") -> dict[str, list[str]]:
    """Documents of which only a part was stored, by what is wrong."""
    found = {name: [row[0] for row in session.execute(query)] for name, query in HALF.items()}
    return {name: numbers for name, numbers in found.items() if numbers}


def gaps(session: "psycopg.Connection[Any]") -> list[str]:
    """Days on which numbers were left out: fewer documents than the last number says."""
    query = """
        SELECT prefix, count(*), max(serial) FROM (
            SELECT split_part(number, '-', 1) AS prefix, split_part(number, '-', 2)::int AS serial
            FROM (SELECT number FROM desk_servicerequest UNION ALL
                  SELECT number FROM work_workorder) AS written
        ) AS numbers GROUP BY prefix HAVING count(*) <> max(serial)
    """
    return [f"{prefix}: {rows} of {last}" for prefix, rows, last in session.execute(query)]
