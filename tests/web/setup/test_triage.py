"""The set-up pages of the triage rules."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from houqin.accounts.models import User
from houqin.desk.models import RequestEvent, Service, ServiceRequest, TriageProposal, TriageRule
from houqin.org.models import Place
from tests.makers import make_organisation, make_place
from tests.makers_desk import make_category, make_request, make_service
from tests.makers_triage import mailed, make_rule
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db
AtMost = Callable[[int], AbstractContextManager[object]]
PAGE = "/setup/triage/"


@pytest.fixture(autouse=True)
def house(db: None) -> None:
    """An organisation with a last category."""
    make_organisation()
    make_category("其他", position=99)


@pytest.fixture
def office(admin: User) -> Client:
    """管理员's browser, in English."""
    return signed_in(admin)


@pytest.fixture
def place(db: None) -> Place:
    return make_place("教学楼A", type="building", code="JXLA")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def sent(**facts: Any) -> dict[str, Any]:
    """What the form of a rule sends."""
    return {
        "name": "漏水",
        "name_en": "",
        "mode": "apply",
        "active": "on",
        "when_any": "漏水\n渗水，滴水",
        "when_hours": "-",
        "then_urgency": "high",
        "then_impact": "-",
        **facts,
    }


class TestTheList:
    def test_says_what_each_rule_asks_and_says(self, office: Client, place: Place) -> None:
        make_rule(
            "漏水", "渗水", name="漏水", then_service=make_service("水管"), when_place=place, stops=True
        )

        page = text(office.get(PAGE))

        assert "漏水 or 渗水" in page
        assert "place in 教学楼A" in page
        assert "service: 水管" in page
        assert "ask no further rule" in page

    def test_offers_the_usual_rules_where_there_are_none(self, office: Client) -> None:
        assert "Take the usual rules" in text(office.get(PAGE))

        key = office.get(PAGE).context["form_key"]
        answers = [office.post(f"{PAGE}starter/", {"form_key": key}) for _press in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]
        count = TriageRule.objects.count()
        assert count > 3
        assert "Take the usual rules" not in text(office.get(PAGE))

    def test_warns_of_what_is_out_of_use(self, office: Client) -> None:
        service = make_service("水管")
        make_rule("漏水", then_service=service, then_urgency="high")
        Service.objects.filter(pk=service.pk).update(active=False)

        assert "水管 is out of use" in text(office.get(PAGE))

    def test_takes_as_many_statements_for_many(
        self, office: Client, django_assert_max_num_queries: AtMost
    ) -> None:
        service = make_service()
        for number in range(20):
            make_rule(f"词{number}", then_service=service)

        with django_assert_max_num_queries(10):
            office.get(PAGE)

    def test_moves_a_rule_once_for_two_presses(self, office: Client) -> None:
        rules = [make_rule("x", name=name, then_urgency="high") for name in "甲乙丙"]
        key = office.get(PAGE).context["form_key"]

        for _press in range(2):
            answer = office.post(f"{PAGE}{rules[2].pk}/move/", {"to": "1", "form_key": key})

        assert answer.status_code == 303
        assert "".join(TriageRule.objects.values_list("name", flat=True)) == "丙甲乙"


class TestTheForm:
    def test_makes_a_rule(self, office: Client, place: Place) -> None:
        service = make_service("水管")
        answer = office.post(
            f"{PAGE}new/",
            sent(
                when_place="JXLA",
                when_channels=["email", "phone"],
                when_domains="@Example.com",
                when_hours="outside",
                when_from="22:00",
                when_until="06:00",
                then_kind=f"s{service.pk}",
                then_safety="on",
            ),
        )

        assert answer.status_code == 303, text(answer)
        rule = TriageRule.objects.get()
        assert rule.when_any == ["漏水", "渗水", "滴水"]
        assert (rule.when_place, rule.when_channels, rule.when_domains) == (
            place,
            ["email", "phone"],
            ["example.com"],
        )
        assert (rule.when_hours, rule.when_from, rule.when_until) == ("outside", dt.time(22), dt.time(6))
        assert (rule.then_service, rule.then_category, rule.then_safety) == (service, None, True)
        assert (rule.mode, rule.active, rule.then_impact) == ("apply", True, "")

    def test_shows_a_rule_as_it_is_and_saves_it_untouched(self, office: Client, place: Place) -> None:
        service = make_service()
        rule = make_rule(
            "漏水",
            when_category=service.category,
            when_place=place,
            when_contacts=["none"],
            when_from="08:00",
            when_until="12:00",
            then_category=service.category,
            then_impact="building",
        )
        TriageRule.objects.filter(pk=rule.pk).update(when_unknown=False)
        before = TriageRule.objects.filter(pk=rule.pk).values().get()
        form = office.get(f"{PAGE}{rule.pk}/").context["form"]
        values = {bound.name: bound.value() for bound in form if bound.value() not in (None, False)}
        values = {name: "on" if value is True else value for name, value in values.items()}

        answer = office.post(f"{PAGE}{rule.pk}/", values)

        assert answer.status_code == 303, text(answer)
        assert TriageRule.objects.filter(pk=rule.pk).values().get() == before

    def test_speaks_for_what_nobody_has_classified(self, office: Client) -> None:
        office.post(f"{PAGE}new/", sent(when_any="", when_kind="n"))

        rule = TriageRule.objects.get()
        assert (rule.when_unknown, rule.when_category, rule.when_service) == (True, None, None)
        assert office.get(f"{PAGE}{rule.pk}/").context["form"]["when_kind"].value() == "n"

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"then_urgency": "-"}, "Say what the rule proposes"),
            ({"when_any": "词" * 61}, "is too long: at most 60 characters"),
            ({"when_any": "\n".join(f"词{n}" for n in range(81))}, "At most 80 words"),
            ({"when_any": "*"}, "A star alone finds nothing"),
            ({"when_domains": "anna@example.com"}, "A domain looks like example.com"),
            ({"when_place": "nowhere"}, "There is no place"),
            ({"when_from": "22:00"}, "Give both times, or none"),
            ({"name": ""}, "Please fill in"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_nothing(
        self, office: Client, facts: dict[str, str], sentence: str
    ) -> None:
        answer = office.post(f"{PAGE}new/", sent(**facts))

        assert answer.status_code == 422
        assert sentence in text(answer)
        assert not TriageRule.objects.exists()

    def test_deletes_a_rule_only_before_it_has_proposed_something(self, office: Client) -> None:
        used, unused = make_rule("漏水", then_urgency="high"), make_rule("x", then_urgency="high")
        mailed("漏水")

        assert office.post(f"{PAGE}{unused.pk}/delete/").status_code == 303
        refused = office.post(f"{PAGE}{used.pk}/delete/", follow=True)

        assert "has proposed something already" in text(refused)
        assert list(TriageRule.objects.all()) == [used]


class TestTryingOut:
    def test_tells_what_would_happen_and_writes_nothing(self, office: Client) -> None:
        service = make_service("水管")
        make_rule("漏水", name="漏水", then_service=service, then_urgency="high")
        make_rule("漏水", name="也是", then_urgency="low", mode="propose")

        page = text(office.post(f"{PAGE}try/", {"text": "卫生间漏水", "channel": "email", "contact": "none"}))

        assert "the text says “漏水”" in page
        assert "holds at once" in page
        assert "an earlier rule has decided it" in page
        assert not ServiceRequest.objects.exists()
        assert not RequestEvent.objects.exists()
        assert not TriageProposal.objects.exists()

    def test_says_what_the_dispatcher_would_be_asked(self, office: Client) -> None:
        chosen = make_service("空调")
        make_rule("漏水", then_service=make_service("水管"))
        facts = {"text": "漏水", "channel": "web", "contact": "phone", "kind": f"s{chosen.pk}"}

        page = office.post(f"{PAGE}try/", facts)

        assert "The dispatcher would be asked:" in text(page)
        assert page.context["tried"].request.service == chosen

    def test_asks_rules_out_of_use_where_told_to(self, office: Client) -> None:
        make_rule("漏水", then_urgency="high", active=False)
        facts = {"text": "漏水", "channel": "email", "contact": "none"}

        assert not office.post(f"{PAGE}try/", facts).context["tried"].steps
        assert office.post(f"{PAGE}try/", facts | {"also_unused": "on"}).context["tried"].steps

    def test_without_words_asks_for_them(self, office: Client) -> None:
        answer = office.post(f"{PAGE}try/", {"text": " ", "channel": "email", "contact": "none"})

        assert answer.status_code == 422

    def test_compares_the_past_with_the_rules(self, office: Client) -> None:
        service, other = make_service("水管"), make_service("电")
        make_request(service=service, description="漏水")
        odd = make_request(service=other, description="漏水")
        make_rule("漏水", name="漏水", then_service=service)

        page = office.get(f"{PAGE}past/?n=100")

        past = page.context["past"]
        assert (past.looked, past.fitted, past.different) == (2, 2, 1)
        assert odd.number in text(page)
        assert not TriageProposal.objects.exists()

    def test_compares_many_in_few_statements(
        self, office: Client, django_assert_max_num_queries: AtMost
    ) -> None:
        service = make_service()
        for number in range(12):
            make_request(service=service, place=make_place(f"{number}"), description="漏水")
        make_rule("漏水", then_urgency="high", when_hours="working")

        with django_assert_max_num_queries(14):
            office.get(f"{PAGE}past/?n=500")


def test_only_who_sets_up_the_catalogue_comes_in(request: pytest.FixtureRequest) -> None:
    rule = make_rule("x", then_urgency="high")
    paths = ["", "new/", "try/", "past/", f"{rule.pk}/"]
    for who in ("wang", "xu", "lin", "auditor"):
        browser = signed_in(request.getfixturevalue(who))
        assert {browser.get(PAGE + path).status_code for path in paths} == {404}, who
        assert browser.post(f"{PAGE}{rule.pk}/move/", {"to": "1"}).status_code == 404
        assert browser.post(f"{PAGE}try/", {"text": "x"}).status_code == 404
