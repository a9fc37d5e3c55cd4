"""A year in the stores: deliveries, transfers, what departments, the canteen and repairs use, what expires.

Everything is a step on one agenda and is told in the order of time, so that a step knows what is there.
"""

import datetime as dt
import heapq
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import count

from houqin.accounts.models import User
from houqin.demo.goods import Stock, Ware
from houqin.demo.jobs import Job
from houqin.demo.occasions import ZONE
from houqin.demo.storeroom import Batch, Entry, Paper, Storeroom, cents_of, micro, shelf_of
from houqin.inventory.models import DocumentKind, Warehouse
from houqin.kernel.cost_layers import MILLION
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.models import Partner

K = DocumentKind
WITH_PARTS = 0.78
"""Jobs whose crew needs something from the stores."""

BACK = 0.06
CLEANED_WITH = 0.45
PAGE = 30
"""Lines on one document at most."""

OPENING = "期初建账"
EXPIRED = "过期报废"
OWN = "QH-D-HQ"
"""The department that bears what is used for everybody."""

Step = Callable[[dt.datetime], None]


@dataclass
class Year:
    """The agenda of the stores, and what the steps need to know."""

    stock: Stock
    room: Storeroom
    rng: random.Random
    now: dt.datetime
    first: dt.date
    keeper: User
    departments: Sequence[str]

    def __post_init__(self) -> None:
        """Begin with an empty agenda."""
        self._agenda: list[tuple[dt.datetime, int, Step]] = []
        self._order = count()
        self._coming: dict[Ware, int] = defaultdict(int)
        self._drift = {ware: self.rng.uniform(-0.04, 0.12) for ware in self.stock.wares}
        self._by_job: dict[str, list[Ware]] = defaultdict(list)
        for ware in self.stock.wares:
            for job in sorted(ware.jobs):
                self._by_job[job].append(ware)
        self._main = [store for store in self.stock.stores.values() if store.parent_id is None]
        self._subs = [store for store in self.stock.stores.values() if store.parent_id is not None]
        self._kept = {store.pk: self.stock.kept_in(store) for store in self.stock.stores.values()}

    def tell(self, jobs: Iterable[Job], hours: WorkingCalendar) -> None:
        """Tell everything from the first day to the present."""
        days = [
            day
            for number in range((self._local(self.now) - self.first).days + 1)
            if hours.is_working_day(day := self.first + dt.timedelta(days=number))
        ]
        self._on(days[0], 8, 0, self._open)
        month = 0
        for number, day in enumerate(days):
            if number and day.month != month:
                self._month(days[number : number + 6])
            month = day.month
            self._on(day, 8, 40, self._cook)
            if number % 2 == 0:
                self._on(day, 10, 5, self._refill)
                self._on(day, 16, 40, self._order_goods)
            if number and number % 5 == 0:
                self._on(day, 9, 20, self._clean)
        for job in jobs:
            self._need_parts(job)
        while self._agenda:
            at, _number, step = heapq.heappop(self._agenda)
            if at >= self.now:
                break
            step(at)

    def _month(self, days: Sequence[dt.date]) -> None:
        """What comes once a month: expired goods go, the departments draw what they need."""
        self._on(days[0], 15, 10, self._throw_away)
        for number, department in enumerate(self.departments):
            day = days[number % len(days)]
            self._on(day, 13 + number % 3, 10 + number, partial(self._draw, department))

    # ---- goods come ----

    def _open(self, at: dt.datetime) -> None:
        for store in self._main:
            lines = [
                self._receipt(ware, store, self._packs(ware, store, 0.95), at)
                for ware in self._kept[store.pk]
            ]
            self._post_pages(K.RECEIPT, at, lines, reason=OPENING)
        self._at(at + dt.timedelta(minutes=30), lambda then: self._refill(then, everything=True))

    def _packs(self, ware: Ware, store: Warehouse, part: float) -> int:
        """So many packs as bring a store up to what it is to have."""
        policy = self.stock.policies[ware.item.pk, store.pk]
        wanted = float(policy.order_up_to or 0) * part - self.room.on_hand(ware.item, store) / MILLION
        return max(1, -int(-wanted // ware.in_pack))

    def _receipt(self, ware: Ware, store: Warehouse, packs: int, at: dt.datetime) -> Entry:
        """So many packs came at the price of the day."""
        days = (self._local(at) - self.first).days
        rise = 1 + self._drift[ware] * days / 365 + self.rng.uniform(-0.015, 0.015)
        price = (ware.price * ware.in_pack * Decimal(f"{rise:.6f}")).quantize(Decimal("0.01"))
        batch = self._batch(ware, at) if ware.item.tracked else None
        policy = self.stock.policies[ware.item.pk, store.pk]
        line = Entry(
            item=ware.item,
            unit=ware.packing,
            entered=Decimal(packs),
            qty=packs * ware.in_pack * MILLION,
            batch=batch,
            price=price,
            value=cents_of(Decimal(packs), price),
            source=self.room.ends["supplier"],
            target=shelf_of(policy),
        )
        self.room.move(line, (batch, self.room.ends["supplier"]), shelf_of(policy), line.qty)
        return line

    def _batch(self, ware: Ware, at: dt.datetime) -> Batch:
        life = ware.item.shelf_life_days or 365
        made = self._local(at) - dt.timedelta(days=self.rng.randint(1, max(2, life // 8)))
        return self.room.batch(ware.item, self._supplier(ware), made)

    def _supplier(self, ware: Ware) -> Partner:
        return ware.suppliers[int(ware.item.code[-3:]) % len(ware.suppliers)]

    def _order_goods(self, at: dt.datetime) -> None:
        """What has run low is ordered, and comes after some days, one delivery for each supplier."""
        orders: dict[tuple[str, int, int], list[tuple[Ware, int]]] = defaultdict(list)
        for store in self._main:
            for ware in self._kept[store.pk]:
                policy = self.stock.policies[ware.item.pk, store.pk]
                lying = self.room.usable(ware.item, store, self._local(at))
                if lying / MILLION + self._coming[ware] <= policy.reorder_point:
                    packs = self._packs(ware, store, 1.0)
                    self._coming[ware] += packs * ware.in_pack
                    key = (self._supplier(ware).code, store.pk, policy.lead_time_days)
                    orders[key].append((ware, packs))
        for (_code, store_pk, lead), wares in sorted(orders.items(), key=lambda one: one[0]):
            self._expect(at, store_pk, max(1, lead + self.rng.choice((-1, 0, 0, 0, 1, 3))), wares)

    def _expect(self, at: dt.datetime, store_pk: int, days: int, wares: Sequence[tuple[Ware, int]]) -> None:
        store = next(one for one in self._main if one.pk == store_pk)
        day = self._local(at) + dt.timedelta(days=days)
        slip = f"SH{self._local(at):%y%m%d}{self.rng.randint(1, 99):02d}"

        def come(then: dt.datetime) -> None:
            lines = [self._receipt(ware, store, packs, then) for ware, packs in wares]
            for ware, packs in wares:
                self._coming[ware] -= packs * ware.in_pack
            partner = self._supplier(wares[0][0])
            self._post_pages(K.RECEIPT, then, lines, partner=partner, source=slip)

        self._on(day, 9, self.rng.randint(0, 19), come)

    # ---- goods go to sub-stores ----

    def _refill(self, at: dt.datetime, *, everything: bool = False) -> None:
        """Each sub-store is brought up to what it is to have, as far as its main store can."""
        for store in self._subs:
            lines = []
            for ware in self._kept[store.pk]:
                policy = self.stock.policies[ware.item.pk, store.pk]
                lying = self.room.usable(ware.item, store, self._local(at)) / MILLION
                if everything or lying <= policy.reorder_point:
                    wanted = micro(float(policy.order_up_to or 0) - lying)
                    lines += self._taken(ware, ware.home, wanted, at, to=store)
            self._post_pages(K.TRANSFER, at, lines)

    def _taken(
        self, ware: Ware, store: Warehouse, wanted: int, at: dt.datetime, to: Warehouse | None = None
    ) -> list[Entry]:
        """The line that takes as much of a quantity as a store has, for use or to another store."""
        on = self._local(at)
        step = micro(ware.item.step)
        qty = min(wanted, self.room.usable(ware.item, store, on)) // step * step
        if qty <= 0:
            return []
        target = shelf_of(self.stock.policies[ware.item.pk, to.pk]) if to else self.room.ends["use"]
        line = Entry(ware.item, ware.item.unit, Decimal(qty) / MILLION, qty, target=target)
        for spot, part in self.room.pick(ware.item, store, qty, on):
            self.room.move(line, spot, target, part)
        return [line]

    # ---- goods are used ----

    def _cook(self, at: dt.datetime) -> None:
        canteen = self.stock.stores["QH-W-ST"]
        wares = [ware for ware in self._kept[canteen.pk] if self.rng.random() < (0.8 if ware.fresh else 0.22)]
        days = 17 if wares else 1
        self._issue(at, OWN, [(ware, ware.use / days, canteen) for ware in wares], reason="食堂领用")

    def _clean(self, at: dt.datetime) -> None:
        wares = [ware for ware in self._used_by_departments("QH-BJ") if self.rng.random() < CLEANED_WITH]
        self._issue(at, OWN, [(ware, ware.use / 4, ware.home) for ware in wares], reason="保洁领用")

    def _draw(self, department: str, at: dt.datetime) -> None:
        part = 0.35 if department == OWN else 0.11
        wares = [
            ware
            for ware in self.stock.wares
            if ware.departments and self.rng.random() < (0.5 if ware.item.category.code == "QH-BG" else 0.12)
        ]
        self._issue(at, department, [(ware, ware.use * part, ware.home) for ware in wares], reason="月度领用")

    def _used_by_departments(self, category: str) -> list[Ware]:
        return [w for w in self.stock.wares if w.departments and w.item.category.code == category]

    def _issue(
        self, at: dt.datetime, who: str, wanted: Sequence[tuple[Ware, float, Warehouse]], *, reason: str
    ) -> None:
        """One document for each store, with a line for each ware it has."""
        by_store: dict[int, list[Entry]] = defaultdict(list)
        for ware, usual, store in wanted:
            qty = max(1, round(usual * self.rng.uniform(0.6, 1.4)))
            by_store[store.pk] += self._taken(ware, store, qty * MILLION, at)
        for lines in by_store.values():
            self._post_pages(K.ISSUE, at, lines, charged_to=who, reason=reason)

    def _need_parts(self, job: Job) -> None:
        """The crew takes parts when it starts; what is too much comes back."""
        started = next((event.at for event in job.events if event.kind == "started"), None)
        code = job.order.job_type.code if job.order.job_type else ""
        if started and self._local(started) >= self.first and self._by_job[code]:
            self._at(started, lambda at: self._take_parts(at, job, self._by_job[code]))

    def _take_parts(self, at: dt.datetime, job: Job, wares: Sequence[Ware]) -> None:
        if self.rng.random() > WITH_PARTS:
            return
        weights = [min(ware.use, 20.0) for ware in wares]
        chosen = dict.fromkeys(self.rng.choices(wares, weights, k=self.rng.choice((1, 1, 2, 3))))
        near = self._nearest(job)
        by_store: dict[int, list[Entry]] = defaultdict(list)
        for ware in chosen:
            qty = self.rng.randint(*ware.take) * MILLION
            here = near is not None and self.room.usable(ware.item, near, self._local(at)) >= qty
            store = near if here and near else ware.home
            by_store[store.pk] += self._taken(ware, store, qty, at)
        for lines in by_store.values():
            number = job.order.number
            for paper in self._post_pages(K.ISSUE, at, lines, charged_to=number, source=number):
                if self.rng.random() < BACK:
                    later = at + dt.timedelta(minutes=self.rng.randint(40, 180))
                    self._at(later, partial(self._give_back, paper))

    def _nearest(self, job: Job) -> Warehouse | None:
        place = job.order.place.code if job.order.place else ""
        near = {"QH-S1": "QH-W-SS", "QH-A": "QH-W-JX", "QH-B": "QH-W-JX"}
        return next((self.stock.stores[s] for code, s in near.items() if place.startswith(code)), None)

    def _give_back(self, paper: Paper, at: dt.datetime) -> None:
        """One piece, or half of a longer thing, was not used."""
        taken = paper.lines[0]
        move = taken.moves[-1]
        step = micro(taken.item.step)
        qty = max(step, move.qty // 2 // step * step)
        line = Entry(
            taken.item,
            taken.item.unit,
            Decimal(qty) / MILLION,
            qty,
            batch=move.batch,
            source=move.target,
            target=move.source,
            of=move,
        )
        self.room.move(line, (move.batch, move.target), move.source, qty)
        self._post(K.RETURN, at, [line], charged_to=paper.charged_to, source=paper.source)

    def _throw_away(self, at: dt.datetime) -> None:
        """What has expired is written off."""
        for store in self.stock.stores.values():
            lines = []
            for ware in self._kept[store.pk]:
                for batch, location, qty in self.room.expired(ware.item, store, self._local(at)):
                    scrap = self.room.ends["scrap"]
                    entered = Decimal(qty) / MILLION
                    line = Entry(
                        ware.item, ware.item.unit, entered, qty, batch=batch, source=location, target=scrap
                    )
                    self.room.move(line, (batch, location), scrap, qty)
                    lines.append(line)
            self._post_pages(K.SCRAP, at, lines, reason=EXPIRED, charged_to=OWN)

    # ---- the agenda ----

    def _post_pages(
        self, kind: DocumentKind, at: dt.datetime, lines: Sequence[Entry], **head: object
    ) -> list[Paper]:
        """Post lines page by page."""
        return [
            self._post(kind, at, lines[start : start + PAGE], **head) for start in range(0, len(lines), PAGE)
        ]

    def _post(self, kind: DocumentKind, at: dt.datetime, lines: Sequence[Entry], **head: object) -> Paper:
        paper = Paper(kind, at, self.keeper, list(lines), **head)  # type: ignore[arg-type]
        self.room.post(paper)
        return paper

    def _on(self, day: dt.date, hour: int, minute: int, step: Step) -> None:
        self._at(dt.datetime.combine(day, dt.time(hour, minute), ZONE).astimezone(dt.UTC), step)

    def _at(self, at: dt.datetime, step: Step) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), step))

    def _local(self, at: dt.datetime) -> dt.date:
        return at.astimezone(ZONE).date()
