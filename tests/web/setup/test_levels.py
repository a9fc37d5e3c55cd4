"""The levels of escalation on a standard's page, and the contractors' standards beside ours."""

from typing import Any

import pytest
from django.test import Client

from houqin.accounts.models import User
from houqin.org.models import Partner
from houqin.work.models import EscalationLevel, PartnerStandard, ServiceStandard
from tests.makers import make_level, make_partner, make_standard
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db
REGISTER = "/setup/registers/partner-standards/"


@pytest.fixture
def standard(lin: User) -> ServiceStandard:
    """Normal work is repaired within a day; the manager is told an hour before, the desk at the due time."""
    made = make_standard({"priority": "normal", "kind": "resolution", "minutes": 480}, name_en="Repairs")
    make_level(made, lin, minutes=-60)
    make_level(made, "dispatcher", number=2, minutes=30)
    return made


def page_of(standard: ServiceStandard) -> str:
    return f"/setup/standards/{standard.pk}/"


def as_shown(browser: Client, address: str) -> dict[str, Any]:
    """The fields of the page as a browser would send them back untouched."""
    shown = browser.get(address).context
    levels, key = shown["levels"], shown["form_key"]
    targets = [target for _priority, row in shown["rows"] for _kind, target in row]
    forms = [shown["form"], shown["pausing"], levels.management_form, *levels.forms, *targets]
    fields = {bound.html_name: bound.value() for form in forms for bound in form}
    kept = {name: value for name, value in fields.items() if str(value) not in {"None", "False", ""}}
    return {**{name: "on" if value is True else value for name, value in kept.items()}, "form_key": key}


def row(at: int, /, **facts: Any) -> dict[str, Any]:
    """What stands in one row of the levels."""
    return {f"levels-{at}-{name}": value for name, value in facts.items()}


def levels_of(standard: ServiceStandard) -> list[tuple[Any, ...]]:
    return list(
        standard.levels.order_by("kind", "priority", "number").values_list(
            "kind", "number", "minutes", "working_days", "recipient", "role", "person__username"
        )
    )


def test_saving_the_page_untouched_changes_no_level(office: Client, standard: ServiceStandard) -> None:
    before = levels_of(standard)

    answer = office.post(page_of(standard), as_shown(office, page_of(standard)))

    assert answer.status_code == 303
    assert levels_of(standard) == before
    assert len(before) == 2


def test_a_level_is_added_changed_and_taken_away(office: Client, standard: ServiceStandard) -> None:
    sent = as_shown(office, page_of(standard))
    sent |= row(0, to="")
    sent |= row(1, number=1, side="before", amount=2, unit="hours", to="leader")
    sent |= row(2, number=2, side="after", amount=1, unit="days", to="manager", around_the_clock="on")

    assert office.post(page_of(standard), sent).status_code == 303

    assert levels_of(standard) == [
        ("resolution", 1, -120, None, "leader", "", None),
        ("resolution", 2, None, 1, "role", "manager", None),
    ]
    assert EscalationLevel.objects.get(number=2).around_the_clock


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (row(2, number=2, to="manager"), "is there twice. Choose another number."),
        (
            row(2, number=3, side="before", amount=30, to="manager"),
            "comes before level 2. Put them in order.",
        ),
        (row(2, number=3, amount=-5, to="manager"), "greater than or equal to 0"),
        (row(2, number=3, amount=10_001, to="manager"), "less than or equal to 10000"),
        (row(2, number=99, to="manager"), "Select a valid choice"),
        (row(2, number=3, to="somebody"), "Select a valid choice"),
        (row(2, number=3, to="person:999999"), "Select a valid choice"),
        (row(2, number=3, amount="soon", to="manager"), "Enter a whole number."),
        (row(2, number=3, kind="wishes", to="manager"), "Select a valid choice"),
    ],
)
def test_a_wrong_level_is_told_in_a_sentence_and_nothing_is_written(
    admin: User, standard: ServiceStandard, wrong: dict[str, Any], sentence: str
) -> None:
    browser, before = signed_in(admin), levels_of(standard)
    usual = row(2, kind="resolution", side="after", amount=60, unit="minutes")

    answer = browser.post(page_of(standard), {**as_shown(browser, page_of(standard)), **usual, **wrong})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert levels_of(standard) == before
    standard.refresh_from_db()
    assert standard.version == 1


def test_a_second_click_saves_once(office: Client, standard: ServiceStandard) -> None:
    sent = as_shown(office, page_of(standard))

    answers = [office.post(page_of(standard), sent) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    standard.refresh_from_db()
    assert standard.version == 2


def test_a_new_standard_sent_twice_is_made_once(office: Client) -> None:
    sent = as_shown(office, "/setup/standards/new/")
    sent |= {"code": "NEW", "name": "新标准", "reasons": []} | row(0, to="manager")

    answers = [office.post("/setup/standards/new/", sent) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert levels_of(ServiceStandard.objects.get(code="NEW"))[0][-2] == "manager"


@pytest.mark.parametrize("who", ["xu", "lin", "chen", "auditor"])
def test_levels_are_kept_by_administrators(
    request: pytest.FixtureRequest, standard: ServiceStandard, who: str
) -> None:
    browser, before = signed_in(request.getfixturevalue(who)), levels_of(standard)

    assert browser.get(page_of(standard)).status_code in {403, 404}
    assert browser.post(page_of(standard), row(0, to="")).status_code in {403, 404}
    assert levels_of(standard) == before


class TestAContractorsStandard:
    """Which standard a contractor is held to, and since when."""

    @pytest.fixture
    def lifts(self) -> Partner:
        return make_partner(is_contractor=True)

    def sent(self, lifts: Partner, standard: ServiceStandard, **facts: str) -> dict[str, Any]:
        return {"partner": lifts.pk, "standard": standard.pk, "since": "2026-01-01", **facts}

    def test_is_added_once_however_often_it_is_sent(
        self, office: Client, lifts: Partner, standard: ServiceStandard
    ) -> None:
        key = office.get(f"{REGISTER}new/").context["form_key"]
        sent = {**self.sent(lifts, standard), "form_key": key}

        answers = [office.post(f"{REGISTER}new/", sent) for _click in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]
        assert PartnerStandard.objects.get().until is None
        assert lifts.name in office.get(REGISTER).content.decode()

    @pytest.mark.parametrize(
        ("days", "sentence"),
        [
            ({"since": "2026-06-01", "until": "2026-05-31"}, "This is before the first day."),
            ({"since": "2026-06-01"}, "holds already. End it first."),
            ({"since": ""}, "f-err"),
            ({"since": "soon"}, "Enter a valid date."),
        ],
    )
    def test_with_days_that_cannot_be_is_refused(
        self, admin: User, lifts: Partner, standard: ServiceStandard, days: dict[str, str], sentence: str
    ) -> None:
        browser = signed_in(admin)
        browser.post(f"{REGISTER}new/", self.sent(lifts, standard))

        answer = browser.post(f"{REGISTER}new/", self.sent(lifts, standard, **days))

        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert PartnerStandard.objects.count() == 1

    def test_is_not_there_for_a_company_that_is_no_contractor(
        self, office: Client, standard: ServiceStandard
    ) -> None:
        answer = office.post(f"{REGISTER}new/", self.sent(make_partner(is_contractor=False), standard))

        assert answer.status_code == 422
        assert not PartnerStandard.objects.exists()

    def test_is_kept_by_administrators(self, lifts: Partner, standard: ServiceStandard, xu: User) -> None:
        answer = signed_in(xu).post(f"{REGISTER}new/", self.sent(lifts, standard))

        assert answer.status_code in {403, 404}
        assert not PartnerStandard.objects.exists()
