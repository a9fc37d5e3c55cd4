"""The phone desk asks less where the triage rules know what the words mean, and lets callers follow."""

from typing import Any

import pytest
from django.test import Client

from houqin.accounts.models import User
from houqin.desk.models import Channel, Follower, RequestEvent, Service, ServiceRequest, TriageProposal
from houqin.intake.models import Call
from houqin.org.models import Place
from tests.makers_calls import taken
from tests.makers_triage import make_rule

CALLER = "13911112222"
Facts = dict[str, Any]


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def said(service: Service, place: Place) -> Facts:
    """What the form of a call by somebody unknown sends who says only what is wrong."""
    return {
        "contact_phone": CALLER,
        "contact_name": "赵老师",
        "place": place.pk,
        "title": "卫生间漏水",
        "urgency": "normal",
        "channel": "phone",
        "form_key": "call-1",
    }


class TestByWords:
    """Nothing is chosen: the rules are asked."""

    def test_the_rules_decide_what_nobody_asked(self, desk: Client, said: Facts, service: Service) -> None:
        rule = make_rule("漏水", then_service=service, then_urgency="high")

        desk.post("/desk/phone/", said)

        made = ServiceRequest.objects.get()
        assert (made.service, made.urgency, made.channel) == (service, "high", Channel.PHONE)
        assert {one.rule for one in TriageProposal.objects.all()} == {rule}

    def test_an_urgency_that_was_chosen_stays(self, desk: Client, said: Facts, service: Service) -> None:
        make_rule("漏水", then_service=service, then_urgency="high")

        desk.post("/desk/phone/", {**said, "urgency": "low"})

        assert ServiceRequest.objects.get().urgency == "low"

    @pytest.mark.parametrize(
        "changed", [{"title": "门卡丢了"}, {"title": ""}, {"about_text": "zzz"}], ids=["odd", "none", "typed"]
    )
    def test_where_they_do_not_tell_it_is_asked(
        self, desk: Client, said: Facts, service: Service, changed: Facts
    ) -> None:
        make_rule("漏水", then_service=service)

        answer = desk.post("/desk/phone/", {**said, **changed}, headers={"accept-language": "en"})

        assert answer.status_code == 422
        assert "choose what it is about" in text(answer)
        assert not ServiceRequest.objects.exists()
        assert not Call.objects.exists()

    def test_a_rule_of_urgency_alone_does_not_tell_what_it_is(self, desk: Client, said: Facts) -> None:
        make_rule("漏水", then_urgency="high")

        assert desk.post("/desk/phone/", said).status_code == 422
        assert not ServiceRequest.objects.exists()

    def test_it_is_shown_while_one_types(self, desk: Client, service: Service, place: Place) -> None:
        make_rule("漏水", name="漏水", then_service=service, then_safety=True)
        ask = {"title": "卫生间漏水", "place": place.pk}

        shown = text(desk.get("/desk/phone/known/", ask))
        chosen = text(desk.get("/desk/phone/known/", {**ask, "about": f"s{service.pk}"}))

        assert str(service) in shown
        assert "“漏水”" in shown
        assert "“漏水”" not in chosen
        assert not ServiceRequest.objects.exists()


class TestFollowing:
    """A caller about a known fault follows it."""

    def test_the_caller_follows_and_counts(
        self, desk: Client, said: Facts, leak: ServiceRequest, xu: User, place: Place
    ) -> None:
        call = taken(xu, CALLER)

        answer = desk.post(f"/desk/phone/known/{leak.number}/", {**said, "call": call.pk}, follow=True)

        follower = Follower.objects.get()
        leak.refresh_from_db()
        assert (follower.request, follower.name, follower.phone) == (leak, "赵老师", CALLER)
        assert (follower.channel, follower.place, follower.user) == (Channel.PHONE, place, None)
        assert leak.affected == 2
        assert RequestEvent.objects.get(request=leak, kind="followed").actor == xu
        assert "2 people affected" in text(answer)

    def test_a_known_person_follows_by_account(
        self, desk: Client, said: Facts, leak: ServiceRequest, chen: User
    ) -> None:
        desk.post(f"/desk/phone/known/{leak.number}/", {**said, "contact_name": "", "who": f"u{chen.pk}"})

        assert Follower.objects.get().user == chen

    def test_calling_twice_follows_once(self, desk: Client, said: Facts, leak: ServiceRequest) -> None:
        for key in ("1", "2"):
            desk.post(f"/desk/phone/known/{leak.number}/", {**said, "form_key": key})

        assert Follower.objects.count() == 1
        assert Call.objects.filter(request=leak).count() == 2

    def test_who_reported_it_does_not_follow(
        self, desk: Client, said: Facts, leak: ServiceRequest, wang: User
    ) -> None:
        for who in ({"who": f"u{wang.pk}", "contact_name": ""}, {"contact_phone": wang.phone}):
            desk.post(f"/desk/phone/known/{leak.number}/", {**said, **who, "form_key": str(who)[:30]})

        assert not Follower.objects.exists()
        leak.refresh_from_db()
        assert leak.affected == 1

    def test_a_hidden_number_is_nobody_to_count(
        self, desk: Client, said: Facts, leak: ServiceRequest
    ) -> None:
        nameless = {**said, "contact_phone": "", "contact_name": ""}

        desk.post(f"/desk/phone/known/{leak.number}/", nameless)

        assert not Follower.objects.exists()
        assert Call.objects.get().request == leak

    def test_the_call_is_kept_of_who_follows_too_much(
        self, desk: Client, said: Facts, leak: ServiceRequest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("houqin.desk.actions.following.MOST_IN_AN_HOUR", 0)

        desk.post(f"/desk/phone/known/{leak.number}/", said)

        assert not Follower.objects.exists()
        assert Call.objects.get().request == leak
