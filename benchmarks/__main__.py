"""`python -m benchmarks [--quick]`: everything in one run, one table of medians and ratios at the end.

It makes a PostgreSQL server of its own in a temporary folder, durable as in production, and
removes it afterwards.
"""

import argparse
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks import filling, table
from benchmarks.dispatching import WORDS as RULES
from benchmarks.dispatching import Decided, decided
from benchmarks.importing import Imported, import_requests, write_csv
from benchmarks.installing import installation, migrate
from benchmarks.mailing import Delivered, delivered
from benchmarks.replaying import Measured, reports
from benchmarks.side import Cost
from benchmarks.sides import Side, interleaved
from benchmarks.starting import Start, cpus, migrate_bare, starts
from benchmarks.stores import measuring
from houqin.embedded import EmbeddedServer, exit_on_signals

OURS, BARE, PLAIN = "houqin", "bare Django", "bare SQL"
WORDS = {
    "create": "create a request over JSON",
    "create_keyed": "the same with Idempotency-Key",
    "json": "newest 50 as JSON",
    "page": "newest 50 as a page",
    "mail": "take a plain mail in",
}
ABLE = {
    "create": (OURS, BARE, PLAIN),
    "create_keyed": (OURS,),
    "json": (OURS, BARE, PLAIN),
    "page": (OURS, BARE),
    "mail": (OURS, PLAIN),
}
"""The sides that have the operation."""


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...]
    shown: int
    """The size whose costs stand in the table of ratios."""
    rounds: int
    times: int
    imported: int
    starts: int
    mails: int
    """Handed to the listener in each round."""
    decisions: int
    """Orders given away by each rule of dispatch."""
    stores: measuring.Sizes


FULL = Plan(
    (10_000, 100_000, 1_000_000),
    100_000,
    rounds=7,
    times=60,
    imported=120_000,
    starts=5,
    mails=200,
    decisions=200,
    stores=measuring.FULL,
)
QUICK = Plan(
    (1_000, 10_000),
    10_000,
    rounds=3,
    times=15,
    imported=1_000,
    starts=1,
    mails=20,
    decisions=10,
    stores=measuring.QUICK,
)


@dataclass
class Found:
    """What was measured."""

    costs: dict[int, dict[str, dict[str, Cost]]] = field(default_factory=dict)
    """By number of rows, operation and side."""
    statements: dict[tuple[str, str], int] = field(default_factory=dict)
    imported: Imported | None = None
    import_of: str = ""
    reports: dict[str, Measured] = field(default_factory=dict)
    """Over the imported requests, by what was measured."""
    mails: dict[str, Delivered] = field(default_factory=dict)
    """Through the listener, by how many connections."""
    starts: dict[str, Start] = field(default_factory=dict)
    decided: Decided | None = None
    stores: measuring.Found | None = None


def main() -> int:
    """Measure, print, return 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small sizes and few rounds: only shows that it runs"
    )
    plan = QUICK if parser.parse_args().quick else FULL
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="houqin-bench-"))
    found = Found()
    try:
        with exit_on_signals():
            server = EmbeddedServer(folder / "data")
            with server.in_use():
                version = _version(server)
                ours = _measure_calls(server, folder, plan, found)
                _say("handing mail to the listener")
                found.mails = delivered(ours, server.dsn("houqin"), rounds=plan.rounds, mails=plan.mails)
                _measure_import(server, folder, plan, found)
                _measure_dispatch(server, folder, plan, found)
                _measure_stores(server, folder, plan, found)
            _say("starting")
            found.starts = starts(folder / "starts", rounds=plan.starts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"Python {platform.python_version()}, {cpus()} CPUs, PostgreSQL {version}, fsync on")
    print(f"Medians of {plan.rounds} interleaved rounds of {plan.times} calls each.\n")
    _show(plan, found)
    if found.stores:
        measuring.show(found.stores)
    print(f"\nAll of it took {time.monotonic() - began:.0f} s.")
    return 0


def _measure_calls(server: EmbeddedServer, folder: Path, plan: Plan, found: Found) -> dict[str, str]:
    """Measure what all sides do; return the settings of our installation."""
    server.create_database("bare")
    ours = {
        "HOUQIN_DATABASE_URL": server.url(),
        "HOUQIN_DATA_DIR": str(folder / "ours"),
        "HOUQIN_LOG": "error",
    }
    bare = {"BARE_DSN": server.dsn("bare")}
    migrate(ours)
    migrate_bare(bare["BARE_DSN"])
    with ExitStack() as running:
        sides = [
            running.enter_context(Side(OURS, "benchmarks.ours", ours)),
            running.enter_context(Side(BARE, "benchmarks.bare", bare)),
            running.enter_context(Side(PLAIN, "benchmarks.plain", bare)),
        ]
        for side in sides:
            side.ask(do="create", times=1)
        for size in plan.sizes:
            _say(f"filling up to {size} rows")
            filling.fill(server.admin_dsn("houqin"), "desk_servicerequest", filling.OURS, upto=size)
            filling.fill(server.admin_dsn("bare"), "bare_request", filling.BARE, upto=size)
            found.costs[size] = {}
            for operation, words in WORDS.items():
                _say(f"{words}, {size} rows")
                able = [side for side in sides if side.name in ABLE[operation]]
                costs = interleaved(able, operation, rounds=plan.rounds, times=plan.times)
                found.costs[size][operation] = costs
                for side in able:
                    found.statements[operation, side.name] = side.ask(do=operation, count=True)["statements"]
    return ours


def _measure_import(server: EmbeddedServer, folder: Path, plan: Plan, found: Found) -> None:
    _say(f"importing {plan.imported} rows")
    settings = installation(server, folder, "imported")
    path = folder / "past.csv"
    found.import_of = write_csv(path, rows=plan.imported)
    found.imported = import_requests(path, settings)
    _say("measuring what was imported")
    found.reports = reports(settings)


def _measure_dispatch(server: EmbeddedServer, folder: Path, plan: Plan, found: Found) -> None:
    _say("letting rules decide who goes")
    found.decided = decided(installation(server, folder, "dispatch"), times=plan.decisions)


def _measure_stores(server: EmbeddedServer, folder: Path, plan: Plan, found: Found) -> None:
    settings = installation(server, folder, "stores")
    found.stores = measuring.stores(server.admin_dsn("stores"), settings, plan.stores)


def _version(server: EmbeddedServer) -> str:
    with psycopg.connect(server.dsn()) as session:
        return str((session.execute("SHOW server_version").fetchone() or ("",))[0])


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


def _show(plan: Plan, found: Found) -> None:
    costs = found.costs[plan.shown]
    rows = [
        [
            f"{WORDS[operation]}: {side}",
            f"{cost.wall:.2f}",
            f"{cost.python:.2f}",
            f"{cost.server:.2f}",
            f"{cost.cpu:.2f}",
            str(found.statements[operation, side] or ""),
            _ratio(sides, side, BARE, lambda cost: cost.cpu),
            _ratio(sides, side, PLAIN, lambda cost: cost.cpu),
        ]
        for operation, sides in costs.items()
        for side, cost in sides.items()
    ]
    head = ["ms each", "wall", "Python CPU", "server CPU", "CPU", "statements", "× bare Django", "× bare SQL"]
    print(f"{plan.shown} rows in the table")
    table.show(head, rows)
    _show_growth(plan, found)
    _show_starts(found)


def _show_growth(plan: Plan, found: Found) -> None:
    rows = []
    for operation, sides in found.costs[plan.sizes[0]].items():
        for side in sides:
            by_size = [found.costs[size][operation][side] for size in plan.sizes]
            growth = by_size[-1].cpu / by_size[0].cpu
            rows.append(
                [f"{WORDS[operation]}: {side}", *(f"{cost.cpu:.2f}" for cost in by_size), f"{growth:.2f}"]
            )
    print()
    table.show(["CPU ms with rows", *(f"{size:,}" for size in plan.sizes), "last ÷ first"], rows)


def _show_starts(found: Found) -> None:
    rows = [
        [f"start, {name}", f"{one.seconds:.2f} s", f"{one.web_mib:.0f} MiB", f"{one.all_mib:.0f} MiB"]
        for name, one in found.starts.items()
    ]
    print()
    table.show(["", "to HTTP 200", "web process", "all processes"], rows)
    for turn in ("first", "again"):
        ours, bare = found.starts[f"{OURS} {turn}"], found.starts[f"{BARE} {turn}"]
        print(
            f"{turn}: start {ours.seconds / bare.seconds:.2f} × bare Django,"
            f" web process {ours.web_mib / bare.web_mib:.2f} ×"
        )
    if found.imported:
        one = found.imported
        print(
            f"\nimport of {found.import_of}: {one.rows} created in {one.seconds:.1f} s,"
            f" {one.rows / one.seconds:.0f} rows/s, peak {one.peak_mib:.0f} MiB"
        )
    for lanes, sent in found.mails.items():
        print(
            f"mail through the listener {lanes}: {sent.per_second:.0f} messages/s (median),"
            f" {sent.settled} of {sent.mails} made a request"
        )
    for words, told in found.reports.items():
        print(
            f"{words}: {told.requests} requests in {told.seconds:.1f} s,"
            f" {told.seconds / max(told.requests, 1) * 12_000:.1f} s for each 12,000"
        )
    if found.decided:
        for mode, rate in found.decided.rates.items():
            print(
                f"dispatch {RULES[mode]}: {rate:.1f} decisions/s (median)"
                f" with {found.decided.people} people to choose from"
            )


def _ratio(sides: dict[str, Cost], side: str, other: str, of: Callable[[Cost], float]) -> str:
    return (
        f"{of(sides[side]) / of(sides[other]):.2f}"
        if other in sides and side != other and of(sides[other])
        else ""
    )


if __name__ == "__main__":
    sys.exit(main())
