"""A period measured under another standard."""

import datetime as dt
import tomllib
from typing import Any

import pytest

from houqin.accounts.models import User
from houqin.desk.actions import triage
from houqin.desk.models import Service, ServiceRequest
from houqin.desk.queries.clocks import clocks_of
from houqin.desk.queries.promises import promises_at
from houqin.flows.progress_work import hold_work
from houqin.insight.proposals import Proposal, as_toml, facts_of, proposal
from houqin.insight.replay import Replay, replay
from houqin.insight.replay import measured as measured_by
from houqin.kernel import clock
from houqin.kernel.errors import Invalid
from houqin.kernel.service_clock import TargetKind
from houqin.work.models import ServiceStandard, StandardTarget
from tests.data import shared
from tests.flows.story import reported, under_way
from tests.flows.test_import_history_boston import SAMPLE, bring_in, the_year
from tests.insight.test_service_levels import HOUR, MONDAY, opened, resolve
from tests.makers import make_calendar
from tests.makers_desk import make_request, make_service
from tests.times import MONDAY_9

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


def trial(minutes: int = 120, **facts: Any) -> Proposal:
    targets = [
        {"priority": priority, "kind": "resolution", "minutes": minutes, "around_the_clock": True}
        for priority in ("planned", "normal", "urgent", "critical")
    ]
    return proposal({"name": "trial", "targets": targets, **facts})


def measured(wanted: Proposal, *, hours: float = 48, **facts: Any) -> Replay:
    with clock.stopped_at(MONDAY_9 + hours * HOUR):
        return replay(proposal=wanted, start=MONDAY, end=MONDAY + WEEK, **facts)


def test_nothing_gives_nothing() -> None:
    assert measured(trial()).as_json()["by_kind"] == {}


def test_what_was_met_then_and_would_be_now(leak: Service) -> None:
    due = MONDAY_9 + 4 * HOUR
    for done_after in (1.0, 3.0, 5.0):
        resolve(opened(0, service=leak, target_at=due), done_after)
    opened(0, service=leak, target_at=MONDAY_9 + 1000 * HOUR)

    strict, mild = measured(trial(120)), measured(trial(360))

    tally = strict.total["resolution"]
    assert (strict.requests, tally.measured, tally.met, tally.missed, tally.undecided) == (4, 4, 1, 3, 0)
    assert (tally.met_then, tally.missed_then, tally.gained, tally.lost) == (2, 1, 0, 1)
    tally = mild.total["resolution"]
    assert (tally.met, tally.missed, tally.gained, tally.lost) == (3, 1, 1, 0)


def test_the_own_standard_replays_to_what_the_clocks_say(leak: Service, chen: User, xu: User) -> None:
    """Every target of the example standard, with work under way, on hold, done and not begun."""
    for hours in (0, 1, 2):
        with clock.stopped_at(MONDAY_9 + hours * HOUR):
            order = under_way(chen, reported(leak), xu)
        with clock.stopped_at(MONDAY_9 + (hours + 0.5) * HOUR):
            hold_work(order_id=order.pk, reason="parts", by=chen)
    opened(2, service=leak)
    resolve(opened(0, service=leak), 2.0)
    resolve(opened(1, service=leak), 60.0)
    standard = ServiceStandard.objects.get()
    rows = StandardTarget.objects.values(
        "priority", "kind", "minutes", "working_days", "end_of_day", "around_the_clock", "pausing_reasons"
    )
    same = proposal({"targets": [{k: v for k, v in row.items() if v is not None} for row in rows]})

    found = measured(same, hours=100)

    assert standard.targets.exists()
    with clock.stopped_at(MONDAY_9 + 100 * HOUR):
        for kind in TargetKind:
            states = [
                str(getattr(clocks_of(request), kind).state) for request in ServiceRequest.objects.all()
            ]
            tally = found.total[str(kind)]
            assert tally.met == tally.met_then == states.count("met"), kind
            assert (
                tally.missed == tally.missed_then == sum(state in {"missed", "overdue"} for state in states)
            )
            assert (tally.gained, tally.lost) == (0, 0)


def test_two_standards_at_once_come_to_what_each_comes_to_alone(leak: Service) -> None:
    due = MONDAY_9 + 4 * HOUR
    for done_after in (1.0, 3.0, 5.0):
        resolve(opened(0, service=leak, target_at=due), done_after)
    strict, mild = trial(120), trial(360)
    now = MONDAY_9 + 48 * HOUR

    outcomes = [
        one
        for some in measured_by([strict, mild], start=MONDAY, end=MONDAY + WEEK, as_of=now)
        for one in some
    ]

    for side, alone in enumerate((strict, mild)):
        found = Replay(standard="", start=MONDAY, end=MONDAY + WEEK, as_of=now)
        found.count(outcomes, side)
        assert found.total == measured(alone).total
        assert found.by_month == measured(alone).by_month


def test_the_example_standard_is_the_same_after_it_was_a_file(leak: Service) -> None:
    standard = ServiceStandard.objects.get()
    standard.calendar = make_calendar()
    standard.name = '一般"标准"\\2026'
    standard.arrival_answers = True

    facts = facts_of(standard)

    assert tomllib.loads(as_toml(facts)) == facts
    assert proposal(facts).promises.keys() == {"planned", "normal", "urgent", "critical"}
    assert proposal(facts).promises["normal"] == promises_at(standard, "normal")
    assert proposal(facts).calendar is not None


def test_services_and_days_narrow_it(leak: Service) -> None:
    other = make_service("堵塞")
    resolve(opened(0, service=leak), 1.0)
    resolve(opened(0, service=other), 1.0)
    with clock.stopped_at(MONDAY_9 - 24 * HOUR):
        make_request(service=leak)

    found = measured(trial(services=[other.code]))

    assert (found.requests, list(found.by_service)) == (1, [other.code])


def test_a_rejected_request_is_left_out(leak: Service) -> None:
    with clock.stopped_at(MONDAY_9):
        triage.reject(request_id=make_request(service=leak).pk, reason="不归后勤管", by=None)

    assert measured(trial()).requests == 0


NORMAL: dict[str, Any] = {"priority": "normal", "kind": "response", "minutes": 5}


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "no targets"),
        ({"target": []}, "target is not known here"),
        ({"targets": [{**NORMAL, "priority": "high"}]}, "no high for priority"),
        ({"targets": [{**NORMAL, "kind": "answer"}]}, "no answer for kind"),
        ({"targets": [{"priority": "normal", "kind": "response"}]}, "either minutes or working_days"),
        ({"targets": [{**NORMAL, "minutes": 0}]}, "more than 0"),
        ({"targets": [{**NORMAL, "minutes": "soon"}]}, "not valid"),
        ({"targets": [NORMAL, NORMAL]}, "two targets"),
        ({"targets": [{**NORMAL, "pausing_reasons": ["rain"]}]}, "rain"),
        ({"targets": ["normal"]}, "is a table"),
        ({"calendar": "nights", "targets": [NORMAL]}, "nights"),
        ({"services": ["no"], "targets": [NORMAL]}, "no no"),
    ],
)
def test_a_wrong_file_is_a_sentence(facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        proposal(facts)


@pytest.mark.long
def test_a_year_of_boston_keeps_its_labels() -> None:
    bring_in(shared(SAMPLE))

    found = replay(proposal=trial(1440), start=dt.date(2015, 1, 1), end=dt.date(2016, 1, 1))

    levels = the_year()
    assert found.requests == levels["opened"]
    assert found.total["resolution"].met_then == levels["on_time"]
