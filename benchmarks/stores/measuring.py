"""The stores and bare SQL, measured in turns in one database; and the tables of what was found."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from statistics import median

import psycopg

from benchmarks import table
from benchmarks.side import Cost
from benchmarks.sides import Side, interleaved, middle
from benchmarks.stores import codes, filling

OURS, PLAIN = "houqin", "bare SQL"
MODULES = {OURS: "benchmarks.stores.ours", PLAIN: "benchmarks.stores.bare"}
POSTINGS = {"receipt": "receipt of a lot", "fifo": "issue over three layers"}
VALUES = {
    "worth_now": "value of the store, now",
    "worth_at": "value of the store, 100 days ago",
    "value_now": "quantity and value of each of 1,000 items, now",
    "value_at": "quantity and value of each of 1,000 items, 100 days ago",
}
CYCLES = {"cycle_own": "each on an item of its own", "cycle_same": "all on the same item"}
MOVES_EACH = (60, 40)
"""Receipts and issues in the past of each valued item."""


@dataclass(frozen=True)
class Sizes:
    """How much of the stores is measured."""

    rounds: int
    times: int
    histories: tuple[int, ...]
    """Past movements of the item that is issued."""
    valued: int
    imported: tuple[int, ...]
    cycles: int
    """Receipts and issues of each client in a round."""


ROUNDS_TOGETHER = 3
FULL = Sizes(5, 40, (100, 10_000, 1_000_000), 1_000, (10_000, 100_000), cycles=20)
QUICK = Sizes(3, 15, (100, 10_000), 100, (10_000,), cycles=10)


@dataclass
class Found:
    """What was measured, by operation and side."""

    costs: dict[str, dict[str, Cost]] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    rates: dict[tuple[str, int], dict[str, float]] = field(default_factory=dict)
    """Cycles a second of all clients together, by operation and number of clients."""
    peaks: dict[str, float] = field(default_factory=dict)
    """MiB that our process grew by while it told a value."""
    wrong: list[str] = field(default_factory=list)
    """Items whose value is not what it has to be after eight clients wrote at once."""


def stores(dsn: str, settings: dict[str, str], sizes: Sizes) -> Found:
    """Measure in a migrated, empty installation; `dsn` names its database for an administrator."""
    found = Found()
    with Side(OURS, MODULES[OURS], settings) as side:
        side.ask(do="seed", times=1)
    filling.make_bare_tables(dsn)
    every = {OURS: settings, PLAIN: {"BARE_DSN": dsn}}
    with _both(every) as sides:
        for operation, words in POSTINGS.items():
            _say(words)
            _measure(sides, operation, sizes, found)
        _say("clients at once")
    _measure_cycles(every, sizes, found)
    _say("making histories in SQL")
    _make_histories(dsn, sizes)
    with _both(every) as sides:
        for size in sizes.histories:
            _say(f"issues after {size} movements")
            _measure(sides, f"long_{size}", sizes, found)
        for operation, words in VALUES.items():
            _say(words)
            _measure(sides, operation, replace(sizes, times=min(5, sizes.times)), found)
        for rows in sizes.imported:
            _say(f"importing {rows} items")
            found.costs[f"import_{rows}"] = _imported(sides, rows, rounds=min(3, sizes.rounds))
    for operation in VALUES:
        with Side(OURS, MODULES[OURS], settings) as side:
            found.peaks[operation] = side.ask(do=operation, peak=True)["grown"]
    return found


@contextmanager
def _both(every: dict[str, dict[str, str]], client: int = 0) -> Iterator[list[Side]]:
    with ExitStack() as running:
        yield [
            running.enter_context(Side(name, MODULES[name], {**own, "BENCH_CLIENT": str(client)}))
            for name, own in every.items()
        ]


def _measure(sides: list[Side], operation: str, sizes: Sizes, found: Found) -> None:
    found.costs[operation] = interleaved(sides, operation, rounds=sizes.rounds, times=sizes.times)
    ours = next(side for side in sides if side.name == OURS)
    found.statements[operation] = ours.ask(do=operation, count=True)["statements"]


def _imported(sides: list[Side], rows: int, *, rounds: int) -> dict[str, Cost]:
    """Medians; each round brings other items."""
    costs: dict[str, list[Cost]] = {side.name: [] for side in sides}
    for side in sides:
        side.ask(do="import_100", times=1)
    for _ in range(rounds if rows < codes.IMPORTED[-1] else 1):
        for side in sides:
            costs[side.name].append(Cost(**side.ask(do=f"import_{rows}", times=1)))
    return {name: middle(ones) for name, ones in costs.items()}


def _measure_cycles(every: dict[str, dict[str, str]], sizes: Sizes, found: Found) -> None:
    for name, own in every.items():
        with ExitStack() as running:
            clients = [
                running.enter_context(Side(name, MODULES[name], {**own, "BENCH_CLIENT": str(client)}))
                for client in range(codes.CLIENTS)
            ]
            for operation in CYCLES:
                for count in (1, codes.CLIENTS):
                    rates = [_rate(clients[:count], operation, sizes.cycles) for _ in range(ROUNDS_TOGETHER)]
                    found.rates.setdefault((operation, count), {})[name] = median(rates)
    found.wrong = _wrong(every[PLAIN]["BARE_DSN"])


def _rate(clients: list[Side], operation: str, times: int) -> float:
    """Cycles a second of all clients together, by the slowest one's clock; a failing one ends the run."""
    with ThreadPoolExecutor(len(clients)) as pool:
        told = list(pool.map(lambda side: side.ask(do=operation, times=times), clients))
    return len(clients) * 1_000 / max(float(one["wall"]) for one in told)


def _wrong(dsn: str) -> list[str]:
    """Items of the cycles of which something is left over: all that came went again."""
    with psycopg.connect(dsn) as session:
        rows = session.execute(
            "SELECT item.code FROM inventory_item item"
            " JOIN inventory_stockbalance balance ON balance.item_id = item.id"
            " JOIN inventory_costlayer layer ON layer.item_id = item.id"
            " WHERE item.code = ANY(%s) GROUP BY item.code"
            " HAVING max(balance.on_hand) <> 0 OR sum(layer.value_left) <> 0 OR sum(layer.qty_left) <> 0",
            [[codes.SAME, *codes.OWN]],
        )
        return [row[0] for row in rows]


def _make_histories(dsn: str, sizes: Sizes) -> None:
    for path in ("SET search_path = public", filling.BARE_PATH):
        with psycopg.connect(dsn, autocommit=True) as session:
            session.execute(path)
            for size in sizes.histories:
                filling.fill(session, codes.LONG[size], receipts=1, issues=size - 1)
            for code in codes.VALUED[: sizes.valued]:
                filling.fill(session, code, receipts=MOVES_EACH[0], issues=MOVES_EACH[1])
            session.execute("VACUUM ANALYZE")


def show(found: Found) -> None:
    """Print the tables."""
    words = {**POSTINGS, **VALUES}
    words |= {f"long_{size}": f"issue after {size:,} movements" for size in codes.LONG}
    words |= {f"import_{rows}": f"import of {rows:,} items" for rows in codes.IMPORTED}
    rows = [
        [
            f"{words[operation]}: {name}",
            f"{cost.wall:.2f}",
            f"{cost.python:.2f}",
            f"{cost.server:.2f}",
            f"{cost.cpu:.2f}",
            str(found.statements.get(operation, "")) if name == OURS else "",
            f"{cost.cpu / costs[PLAIN].cpu:.2f}" if name == OURS else "",
        ]
        for operation, costs in found.costs.items()
        for name, cost in costs.items()
    ]
    print("\nThe stores beside bare SQL")
    table.show(["ms each", "wall", "Python CPU", "server CPU", "CPU", "statements", "× bare SQL"], rows)
    print()
    singles = dict(found.rates["cycle_own", 1])
    table.show(
        ["receipts and issues, cycles a second", *singles, "× own rate alone", "× that of bare SQL"],
        [
            [
                f"{count} clients, {CYCLES[operation]}" if count > 1 else f"1 client, {operation[6:]} item",
                *(f"{rates[name]:.0f}" for name in singles),
                f"{rates[OURS] / singles[OURS]:.2f}",
                f"{rates[OURS] / rates[PLAIN]:.2f}",
            ]
            for (operation, count), rates in found.rates.items()
        ],
    )
    print("\nafterwards " + (f"wrong: {', '.join(found.wrong)}" if found.wrong else "every value is exact"))
    for operation, grown in found.peaks.items():
        print(f"{VALUES[operation]}: the process grew by {grown:.1f} MiB at most")


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
