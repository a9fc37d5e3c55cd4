"""What the rules proposed is taken over or left, by one person, once."""

import pytest

from houqin.accounts.models import User
from houqin.desk.actions import triage
from houqin.desk.models import Category, RequestEvent, Service, ServiceRequest, TriageProposal
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.take_proposals import leave_proposals, take_proposals
from houqin.kernel.errors import Missing, NotPermitted, Refused, StaleState
from tests import cast
from tests.makers import make_crew, make_job_type
from tests.makers_desk import make_category, make_request, make_service
from tests.makers_triage import make_rule, proposal_of, proposals_of
from tests.threads import together


@pytest.fixture
def proposed(leak: Service) -> ServiceRequest:
    """Reported under 其他; the rules say that it is a leak, that it is urgent, and who should come."""
    make_category("其他", position=99)
    make_rule("漏水", name="漏水", then_service=leak, then_urgency="high", then_crew=make_crew("抢修班"))
    return make_request(service=make_service("其他"), description="漏水")


def ids(request: ServiceRequest, *fields: str) -> list[int]:
    return [proposal_of(request, field).pk for field in fields or ("service", "urgency", "crew")]


def written() -> tuple[object, ...]:
    return (
        list(ServiceRequest.objects.values("service", "urgency", "crew", "version")),
        RequestEvent.objects.count(),
        list(TriageProposal.objects.order_by("pk").values_list("verdict", flat=True)),
    )


@pytest.mark.django_db
class TestTaking:
    def test_puts_the_request_as_proposed_with_the_rule_as_reason(
        self, proposed: ServiceRequest, leak: Service, xu: User
    ) -> None:
        request = take_proposals(request_id=proposed.pk, proposal_ids=ids(proposed), by=xu)

        assert (request.service, request.urgency, request.priority) == (leak, "high", "urgent")
        assert str(request.crew) == "抢修班"
        assert "漏水" in request.events.get(kind="corrected").reason
        assert {verdict for _v, _a, verdict in proposals_of(request).values()} == {"accepted"}

    def test_one_leaves_the_others_waiting(self, proposed: ServiceRequest, xu: User) -> None:
        request = take_proposals(request_id=proposed.pk, proposal_ids=ids(proposed, "urgency"), by=xu)

        assert request.urgency == "high"
        assert proposals_of(request)["service"][2] == "open"

    def test_what_stands_there_already_is_accepted_without_a_correction(
        self, proposed: ServiceRequest, xu: User
    ) -> None:
        ServiceRequest.objects.filter(pk=proposed.pk).update(urgency="high")

        request = take_proposals(request_id=proposed.pk, proposal_ids=ids(proposed, "urgency"), by=xu)

        assert not request.events.filter(kind="corrected").exists()
        assert proposals_of(request)["urgency"][2] == "accepted"

    def test_the_crew_comes_along_to_the_order(self, proposed: ServiceRequest, xu: User) -> None:
        take_proposals(request_id=proposed.pk, proposal_ids=ids(proposed, "crew"), by=xu)

        order = raise_work_order(request_id=proposed.pk, by=xu, job_type_id=make_job_type().pk)

        assert str(order.crew) == "抢修班"


@pytest.mark.django_db
class TestARefusalWritesNothing:
    def test_of_what_belongs_to_another_request(self, proposed: ServiceRequest, xu: User) -> None:
        other, before = make_request(), written()

        with pytest.raises(Missing):
            take_proposals(request_id=other.pk, proposal_ids=ids(proposed, "urgency"), by=xu)
        with pytest.raises(Missing):
            leave_proposals(request_id=proposed.pk, proposal_ids=[], by=xu)

        assert written()[2] == before[2]

    def test_of_what_was_decided(self, proposed: ServiceRequest, xu: User) -> None:
        leave_proposals(request_id=proposed.pk, proposal_ids=ids(proposed, "urgency"), by=xu)
        before = written()

        with pytest.raises(StaleState):
            take_proposals(request_id=proposed.pk, proposal_ids=ids(proposed), by=xu)

        assert written() == before

    def test_of_what_is_out_of_use(self, proposed: ServiceRequest, leak: Service, xu: User) -> None:
        Service.objects.filter(pk=leak.pk).update(active=False)
        before = written()

        with pytest.raises(Refused):
            take_proposals(request_id=proposed.pk, proposal_ids=ids(proposed), by=xu)

        assert written() == before

    @pytest.mark.parametrize("who", ["wang", "chen", "lin"])
    def test_to_who_may_not_correct(
        self, proposed: ServiceRequest, who: str, request: pytest.FixtureRequest
    ) -> None:
        person, before = request.getfixturevalue(who), written()

        for step in (take_proposals, leave_proposals):
            with pytest.raises(NotPermitted):
                step(request_id=proposed.pk, proposal_ids=ids(proposed), by=person)

        assert written() == before

    def test_of_an_older_version(self, proposed: ServiceRequest, xu: User) -> None:
        version = proposed.version
        triage.accept(request_id=proposed.pk, by=None)

        with pytest.raises(StaleState):
            take_proposals(request_id=proposed.pk, proposal_ids=ids(proposed), by=xu, version=version)

        assert proposals_of(proposed)["urgency"][2] == "open"


@pytest.mark.django_db
class TestLeaving:
    def test_keeps_the_request_and_says_so(self, proposed: ServiceRequest, xu: User) -> None:
        request = leave_proposals(request_id=proposed.pk, proposal_ids=ids(proposed), by=xu)

        assert request.urgency == "normal"
        assert {verdict for _v, _a, verdict in proposals_of(request).values()} == {"passed"}
        assert not request.events.filter(kind="corrected").exists()


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_take_it_once() -> None:
    xu, leak = cast.dispatcher_xu(), make_service("漏水")
    make_category("其他", position=99)
    make_rule("漏水", then_service=leak)
    request = make_request(service=make_service("其他"), description="漏水")
    proposal = proposal_of(request, "service")

    results = together(
        [
            lambda: take_proposals(request_id=request.pk, proposal_ids=[proposal.pk], by=xu)
            for _press in range(4)
        ]
    )

    assert sum(isinstance(one, StaleState) for one in results) == 3
    assert RequestEvent.objects.filter(kind="corrected").count() == 1
    assert Category.objects.count() == 3
