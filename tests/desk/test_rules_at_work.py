"""What the triage rules make of a report that comes in, and what people then make of it."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from houqin.accounts.models import User
from houqin.desk.actions import progress, triage
from houqin.desk.actions.requests import correct
from houqin.desk.models import Category, Service, ServiceRequest, TriageProposal, TriageRule, Verdict
from houqin.kernel.errors import Invalid
from tests.makers import make_crew, make_department, make_person, make_place
from tests.makers_desk import make_category, make_request, make_service
from tests.makers_triage import mailed, make_rule, proposal_of, proposals_of
from tests.times import when

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def other() -> Category:
    """其他, the last tile: where everything goes that nobody knows."""
    return make_category("其他", code="other", position=99)


class TestAReportWithoutAChoice:
    def test_is_what_the_first_fitting_rule_says(self, leak: Service) -> None:
        make_rule("停电", then_category=make_category("电"))
        make_rule("漏水", then_service=leak)

        request = mailed("三楼卫生间漏水")

        assert (request.service, request.category, request.crew) == (leak, leak.category, leak.job_type.crew)
        assert proposals_of(request) == {"service": (leak.code, True, Verdict.OPEN)}
        assert proposal_of(request, "service").because == {"rule": ["规则", ""], "words": ["漏水"]}

    def test_that_no_rule_fits_goes_under_the_last_category(self, leak: Service, other: Category) -> None:
        make_rule("停电", then_service=leak)

        assert mailed("你好").category == other

    def test_without_a_category_in_use_is_refused(self) -> None:
        Category.objects.update(active=False)

        with pytest.raises(Invalid) as refusal:
            mailed()

        assert refusal.value.field == "category"
        assert not ServiceRequest.objects.exists()

    def test_of_a_rule_that_proposes_stays_there_and_waits(self, leak: Service, other: Category) -> None:
        make_rule("漏水", mode="propose", then_service=leak, then_urgency="high")

        request = mailed("漏水")

        assert (request.category, request.urgency) == (other, "normal")
        assert proposals_of(request) == {
            "service": (leak.code, False, Verdict.OPEN),
            "urgency": ("high", False, Verdict.OPEN),
        }
        assert proposal_of(request, "service").before == "other"

    def test_in_danger_is_critical_at_once(self) -> None:
        make_rule("煤气味", then_safety=True)

        request = mailed("厨房有煤气味")

        assert (request.safety, request.priority) == (True, "critical")
        assert request.events.get().data["because"] == "safety"

    def test_takes_urgency_impact_and_crew_from_the_rules(self, leak: Service) -> None:
        night = make_crew("夜班")
        make_rule("爆管", then_service=leak, then_urgency="high", then_impact="building", then_crew=night)

        request = mailed("水管爆管")
        request.refresh_from_db()

        assert (request.urgency, request.impact, request.priority) == ("high", "building", "critical")
        assert request.crew == night
        assert proposal_of(request, "crew").before == leak.job_type.crew.code

    def test_keeps_an_urgency_that_somebody_chose(self) -> None:
        make_rule("漏水", then_urgency="high")

        request = mailed("漏水", urgency="low")

        assert request.urgency == "low"
        assert proposals_of(request) == {"urgency": ("high", False, Verdict.OPEN)}

    def test_is_not_held_up_by_a_question_nobody_was_asked(self, leak: Service) -> None:
        question = {"key": "q1", "label": "哪里漏", "kind": "text", "required": True}
        Service.objects.update(questions=[question])
        make_rule("漏水", then_service=leak)

        assert mailed("漏水").service == leak

    @pytest.mark.parametrize("gone", ["service", "category"])
    def test_is_not_put_under_what_is_out_of_use(self, leak: Service, other: Category, gone: str) -> None:
        make_rule("漏水", then_service=leak, then_urgency="high")
        (Service if gone == "service" else Category).objects.exclude(pk=other.pk).update(active=False)

        request = mailed("漏水")

        assert (request.category, request.urgency) == (other, "high")


class TestAReportThatSaysWhatItIs:
    def test_stays_as_chosen_and_gets_proposals(self, leak: Service) -> None:
        power = make_service("停电")
        make_rule("漏水", then_service=leak, then_urgency="high", then_crew=make_crew())

        request = make_request(service=power, description="漏水")

        assert (request.service, request.urgency, request.crew) == (power, "normal", power.job_type.crew)
        assert {field: applied for field, (_v, applied, _w) in proposals_of(request).items()} == {
            "service": False,
            "urgency": False,
            "crew": False,
        }

    def test_is_raised_to_danger_all_the_same(self) -> None:
        make_rule("困人", then_safety=True)

        request = make_request(description="电梯困人")

        assert (request.safety, request.priority) == (True, "critical")

    def test_gets_no_proposal_that_says_the_same(self, leak: Service) -> None:
        make_rule("漏水", then_category=leak.category, then_urgency="normal")

        assert proposals_of(make_request(service=leak, description="漏水")) == {}

    def test_is_never_denied_its_danger(self) -> None:
        make_rule("漏水", then_urgency="low")

        assert make_request(description="漏水", safety=True).safety is True


class TestConditions:
    def test_look_at_place_department_sender_and_contact(self, wang: User) -> None:
        building = make_place("教学楼A", type="building")
        room = make_place("302", parent=building)
        faculty = make_department()
        office = make_department(parent=make_department(parent=faculty))
        make_rule(when_place=building, then_impact="building")
        make_rule(when_department=faculty, then_urgency="high")
        make_rule(when_domains=["Example.com"], when_contacts=["email"], then_safety=True)

        here = mailed("x", place=room, department=office)
        there = mailed("x", place=make_place(), contact_email="a@mail.example.com")
        hers = mailed("x", requester=wang, contact_email="wang@example.com")

        assert (here.impact, here.urgency, here.safety) == ("building", "high", False)
        assert (there.impact, there.urgency, there.safety) == ("room", "normal", True)
        assert hers.safety is False

    @pytest.mark.parametrize(
        ("facts", "times"),
        [
            ({"when_hours": "working"}, {"09:00"}),
            ({"when_hours": "outside"}, {"12:30", "23:30", "2026-11-28 10:00"}),
            ({"when_hours": "day_off"}, {"2026-11-28 10:00"}),
            ({"when_from": "22:00", "when_until": "06:00"}, {"23:30"}),
        ],
    )
    def test_look_at_the_clock_of_the_place(self, facts: dict[str, str], times: set[str]) -> None:
        make_rule(then_urgency="high", **facts)
        TriageRule.objects.get()

        for text in ("09:00", "12:30", "23:30", "2026-11-28 10:00"):
            with when(text):
                assert (mailed("x").urgency == "high") == (text in times), text

    def test_look_at_what_an_earlier_rule_said(self, leak: Service) -> None:
        make_rule("漏水", then_service=leak)
        make_rule(when_category=leak.category, when_channels=["email"], then_impact="building")

        assert mailed("漏水").impact == "building"
        assert mailed("你好").impact == "room"


class TestWhatPeopleMakeOfIt:
    @pytest.fixture
    def request_(self, leak: Service) -> ServiceRequest:
        make_rule("漏水", then_service=leak, then_urgency="high")
        return mailed("漏水")

    def test_accepting_it_as_it_stands_confirms(self, request_: ServiceRequest, xu: User) -> None:
        triage.accept(request_id=request_.pk, by=xu)

        verdicts = TriageProposal.objects.values_list("verdict", "settled_by__username")
        assert set(verdicts) == {("accepted", "xu")}

    def test_a_machine_confirms_nothing(self, request_: ServiceRequest) -> None:
        triage.accept(request_id=request_.pk, by=None)

        assert set(TriageProposal.objects.values_list("verdict", flat=True)) == {"open"}

    def test_a_correction_is_recorded_against_its_proposal(self, request_: ServiceRequest, xu: User) -> None:
        tap = make_service("水龙头")

        correct(request_id=request_.pk, service_id=tap.pk, reason="看照片", by=xu)

        row = proposal_of(request_, "service")
        assert (row.verdict, row.corrected_to, row.settled_by) == ("corrected", tap.code, xu)
        assert row.called[tap.code] == ["水龙头", ""]
        assert proposal_of(request_, "urgency").verdict == "open"

    def test_corrected_back_is_accepted(self, request_: ServiceRequest, xu: User) -> None:
        correct(request_id=request_.pk, urgency="low", reason="不急", by=xu)
        correct(request_id=request_.pk, urgency="high", reason="还是急", by=xu)

        row = proposal_of(request_, "urgency")
        assert (row.verdict, row.corrected_to) == ("accepted", "")

    def test_corrected_after_it_was_confirmed_counts_as_corrected(
        self, request_: ServiceRequest, xu: User
    ) -> None:
        triage.accept(request_id=request_.pk, by=xu)
        correct(request_id=request_.pk, urgency="low", reason="不急", by=xu)

        assert proposals_of(request_)["urgency"][2] == "corrected"

    def test_taking_it_on_otherwise_passes_over_what_was_proposed(self, leak: Service, xu: User) -> None:
        make_rule("漏水", mode="propose", then_service=leak)
        request = mailed("漏水")

        triage.accept(request_id=request.pk, by=xu)

        assert proposals_of(request)["service"][2] == "passed"

    def test_another_crew_is_a_correction(self, leak: Service, xu: User) -> None:
        ours, others = make_crew("甲班"), make_crew("乙班")
        make_rule("漏水", then_service=leak, then_crew=ours)
        request = mailed("漏水")
        triage.accept(request_id=request.pk, by=xu)

        progress.set_crew(request_id=request.pk, crew=others, by=xu)

        row = proposal_of(request, "crew")
        assert (row.verdict, row.corrected_to) == ("corrected", others.code)

    def test_a_refused_correction_judges_nothing(self, request_: ServiceRequest, xu: User) -> None:
        with pytest.raises(Invalid):
            correct(request_id=request_.pk, urgency="low", reason=" ", by=xu)

        assert set(TriageProposal.objects.values_list("verdict", flat=True)) == {"open"}


class TestTheSchema:
    @pytest.mark.parametrize(
        ("facts", "name"),
        [
            ({"then_urgency": ""}, "triage_rule_proposes_something"),
            ({"then_urgency": "now"}, "triage_rule_urgency_known"),
            ({"when_channels": ["fax"]}, "triage_rule_channels_known"),
            ({"when_contacts": ["pigeon"]}, "triage_rule_contacts_known"),
            ({"when_hours": "never"}, "triage_rule_hours_known"),
            ({"when_from": "08:00"}, "triage_rule_window_has_both_ends"),
            ({"mode": "guess"}, "triage_rule_mode_known"),
        ],
    )
    def test_refuses_a_rule_without_sense(self, facts: dict[str, Any], name: str) -> None:
        rule = make_rule("漏水", then_urgency="high")

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            TriageRule.objects.filter(pk=rule.pk).update(**facts)

    def test_keeps_a_proposal_as_it_was_made(self) -> None:
        make_rule("漏水", then_urgency="high")
        request = mailed("漏水")

        for facts in ({"value": "low"}, {"applied": False}, {"because": {}}, {"before": "x"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                TriageProposal.objects.filter(request=request).update(**facts)

    def test_lets_nobody_judge_without_a_name(self) -> None:
        make_rule("漏水", then_urgency="high")
        mailed("漏水")

        with pytest.raises(IntegrityError, match="proposal_has_judge_iff_judged"), transaction.atomic():
            TriageProposal.objects.update(verdict="accepted")


def test_rules_cost_one_statement_and_one_more_where_they_say_something(leak: Service) -> None:
    place, person = make_place(), make_person()
    facts = {"service": leak, "place": place, "requester": person}
    make_request(**facts)
    with CaptureQueriesContext(connection) as alone:
        make_request(**facts)
    for number in range(20):
        make_rule(f"词{number}", then_service=make_service(), when_place=place, when_hours="working")
    with CaptureQueriesContext(connection) as asked:
        make_request(**facts, description="你好")
    with CaptureQueriesContext(connection) as heard:
        made = make_request(**facts, description="词7")

    assert sum('FROM "desk_triagerule"' in one["sql"] for one in asked) == 1
    assert len(asked) == len(alone)
    assert len(heard) == len(asked) + 1
    assert made.proposals.count() == 1
