"""The hard rules hold in all five doors: by hand, claiming, a rule, the API and an import.

Whichever rule is hurt, the sentence says so, nobody gets the order, and nothing is written for anybody.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pytest

from houqin.accounts.models import User
from houqin.desk.models import Service
from houqin.flows.assign_work import assign_work
from houqin.flows.dispatch_order import dispatch_order
from houqin.flows.progress_work import claim_work
from houqin.kernel import clock
from houqin.kernel.errors import Refused
from houqin.staffing.models import Crew, Hours, WorkPlace
from houqin.work.models import (
    DispatchDecision,
    JobType,
    Offer,
    OrderEvent,
    OrderWorker,
    RotationTurn,
    TimeEntry,
    WorkOrder,
)
from houqin.work.queries.eligibility import read, said
from tests.api.calling import Calls
from tests.flows.history import CLOSED, COLUMNS, MAPPING, OPEN, bring_in
from tests.makers import (
    make_absence,
    make_crew,
    make_job_type,
    make_licence,
    make_licence_kind,
    make_order,
    make_place,
    make_shift,
    make_terms,
)
from tests.work import stories

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
NAMING = MAPPING.replace("[codes.status]", 'technician = "Technician"\n\n[codes.status]')


@dataclass
class Scene:
    """What the doors need: who decides, who would get it, and the kind of work."""

    dispatcher: User
    worker: User
    crew: Crew
    calls: Calls
    folder: Path
    order: WorkOrder


Door = Callable[[Scene], str]
"""Try to give an order to the worker; the sentence why not, empty where nothing stands in the way."""


def told(give: Callable[[], object]) -> str:
    try:
        give()
    except Refused as refusal:
        return str(refusal)
    return ""


def by_hand(scene: Scene) -> str:
    order, worker = scene.order.pk, scene.worker.pk
    return told(lambda: assign_work(order_id=order, worker_id=worker, by=scene.dispatcher))


def by_claim(scene: Scene) -> str:
    return told(lambda: claim_work(order_id=scene.order.pk, by=scene.worker))


def by_rule(scene: Scene) -> str:
    """A rule is not refused: it keeps why nobody may have the order."""
    JobType.objects.filter(pk=scene.order.job_type_id).update(dispatch_mode="rotation")
    dispatch_order(order_id=scene.order.pk)
    kept = scene.order.decisions.get()
    mine = next(one for one in kept.people if one["id"] == scene.worker.pk)
    return said(scene.worker, read(mine.get("hurdles", ())))


def by_api(scene: Scene) -> str:
    path = f"/work-orders/{scene.order.number}/assign"
    answer = scene.calls(scene.dispatcher).post(path, {"worker": scene.worker.pk})
    if answer.status_code == HTTPStatus.OK:
        return ""
    assert answer.status_code == HTTPStatus.CONFLICT
    return str(answer.json()["detail"])


def by_import(scene: Scene) -> str:
    """An import brings an open request with the technician it had; its report says what was refused."""
    columns = (*COLUMNS, "Technician")
    bring_in(scene.folder, CLOSED | {"Case": "0"}, columns=columns, text=NAMING)
    Service.objects.update(job_type=scene.order.job_type)

    row = OPEN | {"Technician": scene.worker.full_name}
    report = bring_in(scene.folder, row, columns=columns, text=NAMING)
    assert report.created == 1
    return " ".join(problem.sentence for problem in report.problems)


DOORS = [by_hand, by_claim, by_rule, by_api, by_import]


def licence_ended_yesterday(scene: Scene) -> str:
    kind = make_licence_kind("低压电工证", name_en="Low voltage")
    scene.order.job_type.licences.add(kind)
    make_licence(scene.worker, kind, clock.today() - DAY)
    return f"“Low voltage” of 陈师傅 ended on {clock.today() - DAY}"


def off_shift(scene: Scene) -> str:
    make_terms(scene.worker, hours=Hours.ROSTER)
    make_shift(scene.worker, clock.now() + 2 * HOUR, clock.now() + 10 * HOUR)
    return "next shift begins at"


def on_leave(scene: Scene) -> str:
    make_absence(scene.worker, clock.now() - DAY, clock.now() + DAY)
    return "陈师傅 is away until"


def not_allowed_there(scene: Scene) -> str:
    WorkPlace.objects.create(user=scene.worker, place=make_place("西区", type="site"))
    return "陈师傅 works only at 西区"


def enough_to_do(scene: Scene) -> str:
    make_terms(scene.worker, open_limit=2)
    for _ in range(2):
        stories.accepted(scene.worker)
    return "陈师傅 already has 2 open work orders"


RULES = [licence_ended_yesterday, off_shift, on_leave, not_allowed_there, enough_to_do]


@pytest.fixture
def scene(calls: Calls, xu: User, chen: User, tmp_path: Path) -> Scene:
    crew = make_crew("水电班", chen)
    place = make_place(parent=make_place("东区", type="site"))
    order = make_order(job_type=make_job_type("路灯", crew=crew), crew=crew, place=place)
    return Scene(xu, chen, crew, calls, tmp_path, order)


def books(worker: User) -> tuple[int, ...]:
    """Everything that stands in the books once somebody has been given work."""
    return (
        WorkOrder.objects.filter(worker=worker).count(),
        Offer.objects.count(),
        OrderWorker.objects.count(),
        TimeEntry.objects.count(),
        RotationTurn.objects.count(),
        DispatchDecision.objects.exclude(outcome="nobody").count(),
        OrderEvent.objects.filter(data__worker_id=worker.pk).count(),
    )


@pytest.mark.parametrize("hurt", RULES)
@pytest.mark.parametrize("door", DOORS)
def test_no_door_opens_against_a_hard_rule(
    door: Door, hurt: Callable[[Scene], str], scene: Scene, chen: User
) -> None:
    sentence = hurt(scene)
    before = (stories.trace(scene.order), books(chen))

    assert sentence in door(scene)

    assert (stories.trace(scene.order), books(chen)) == before


@pytest.mark.parametrize("door", DOORS)
def test_every_door_opens_where_no_rule_is_hurt(door: Door, scene: Scene, chen: User) -> None:
    assert door(scene) == ""

    assert WorkOrder.objects.filter(worker=chen).count() == 1


def test_a_rule_marks_the_order_and_looks_again(scene: Scene) -> None:
    on_leave(scene)

    by_rule(scene)

    scene.order.refresh_from_db()
    assert scene.order.unassignable_since == clock.now()
    assert scene.order.dispatch_at == clock.now() + dt.timedelta(minutes=1)


def test_what_an_import_may_not_give_to_its_technician_waits_for_dispatch(scene: Scene) -> None:
    on_leave(scene)

    assert by_import(scene).startswith("It waits for dispatch: 陈师傅 is away until")

    order = WorkOrder.objects.exclude(pk=scene.order.pk).get()
    assert (order.status, order.worker, order.crew) == ("to_dispatch", None, scene.crew)
