"""A call from ringing to filed: with the keys alone, on two desks, with an input method, signed out."""

import pytest
from playwright.sync_api import expect

from houqin.accounts.models import Role
from houqin.desk.models import Follower, RequestEvent, ServiceRequest
from houqin.intake.models import Call, CallOutcome
from tests.browser import campus
from tests.browser.campus import Campus
from tests.browser.conftest import Visit
from tests.browser.visitor import DESK, Visitor
from tests.cast import _cast
from tests.makers_calls import make_line, reported
from tests.makers_desk import make_request
from tests.makers_triage import make_rule

pytestmark = pytest.mark.browser
WANG = "13800000002"


class Keyboard:
    """The keys somebody presses, counted; there is no mouse."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)


@pytest.fixture
def site(transactional_db: None) -> Campus:
    return campus.build()


@pytest.fixture
def known(site: Campus) -> ServiceRequest:
    """小王 has called from 302 before."""
    return make_request(service=site.leak, place=site.room, requester=site.wang, description="灯坏了")


def has_focus(visitor: Visitor, name: str) -> None:
    expect(visitor.find(f"[name={name}]")).to_be_focused()


def at_the_phone(visitor: Visitor) -> None:
    """Open the phone desk and wait until its keys work."""
    visitor.open("/desk/phone/")
    expect(visitor.find("[data-island=phone][data-ready]")).to_be_attached()
    has_focus(visitor, "contact_phone")


def read_out(visitor: Visitor) -> ServiceRequest:
    """The request whose number stands on the screen."""
    expect(visitor.find(".readout .big")).to_be_visible()
    return ServiceRequest.objects.get(number=visitor.find(".readout .big").inner_text().strip())


def test_a_known_caller_is_served_with_a_handful_of_keys(
    visit: Visit, site: Campus, known: ServiceRequest
) -> None:
    desk = visit(person=site.xu, size=DESK)
    at_the_phone(desk)
    keys = Keyboard(desk)

    call = reported(WANG, line=make_line())
    expect(desk.find(".ring")).to_contain_text("小王")
    keys.press("Enter")
    has_focus(desk, "about_text")
    expect(desk.find("#caller")).to_contain_text("小王")
    expect(desk.find("#caller")).to_contain_text(known.number)
    keys.type("ls")
    keys.press("Enter")
    has_focus(desk, "title")
    keys.press("Enter")

    made = read_out(desk)
    assert made.pk != known.pk
    assert (made.requester, made.place, made.service) == (site.wang, site.room, site.leak)
    assert made.channel == "phone"
    call.refresh_from_db()
    assert (call.request, call.operator) == (made, site.xu)
    assert keys.pressed == 5
    has_focus(desk, "contact_phone")


def test_without_a_telephone_system_the_number_is_typed(
    visit: Visit, site: Campus, known: ServiceRequest
) -> None:
    desk = visit(person=site.xu, size=DESK)
    at_the_phone(desk)
    keys = Keyboard(desk)
    keys.type(WANG)
    keys.press("Enter")
    has_focus(desk, "about_text")
    keys.type("ls")
    keys.press("Enter")
    has_focus(desk, "title")
    keys.type("water")
    keys.press("Alt+u", "Alt+d", "Enter")

    made = read_out(desk)
    assert (made.requester, made.place, made.title) == (site.wang, site.room, "water")
    assert (made.urgency, made.safety) == ("high", True)


def test_the_words_say_what_it_is_about(visit: Visit, site: Campus, known: ServiceRequest) -> None:
    make_rule("leaking", then_service=site.leak)
    desk = visit(person=site.xu, size=DESK)
    at_the_phone(desk)
    keys = Keyboard(desk)
    reported(WANG, line=make_line())
    expect(desk.find(".ring")).to_be_visible()
    keys.press("Enter")
    has_focus(desk, "about_text")
    keys.press("Enter")
    has_focus(desk, "title")
    keys.type("tap leaking")
    expect(desk.find("#known")).to_contain_text(site.leak.name)
    keys.press("Enter")

    made = read_out(desk)
    assert (made.requester, made.place, made.service) == (site.wang, site.room, site.leak)
    assert keys.pressed == len("tap leaking") + 3


def test_a_stranger_is_asked_for_name_and_place(visit: Visit, site: Campus) -> None:
    desk = visit(person=site.xu, size=DESK)
    at_the_phone(desk)
    keys = Keyboard(desk)
    keys.type("62310")
    keys.press("Enter")
    has_focus(desk, "contact_name")
    keys.type("Li")
    keys.press("Enter")
    has_focus(desk, "place_text")
    keys.type("302")
    keys.press("Enter")
    has_focus(desk, "about_text")
    keys.type("ls")
    keys.press("Enter")
    has_focus(desk, "title")
    keys.press("Enter")

    made = read_out(desk)
    assert (made.requester, made.contact_name, made.contact_phone) == (None, "Li", "62310")
    assert made.place == site.room


def test_of_two_desks_one_takes_the_call(visit: Visit, site: Campus) -> None:
    other = _cast("qin", "秦可", Role.DISPATCHER, {})
    here, there = visit(person=site.xu, size=DESK), visit(person=other, size=DESK)
    at_the_phone(here)
    there.open("/desk/")
    call = reported(WANG, line=make_line())
    for desk in (here, there):
        expect(desk.find(f".ring[data-call='{call.pk}']")).to_be_visible()

    there.page.keyboard.press("t")
    expect(there.find("#phone-form [name=call]")).to_have_value(str(call.pk))
    expect(here.find(".ring")).to_have_count(0)

    call.refresh_from_db()
    assert call.operator == other


def test_a_fault_that_is_known_gets_the_call(visit: Visit, site: Campus, known: ServiceRequest) -> None:
    desk = visit(person=site.xu, size=DESK)
    at_the_phone(desk)
    keys = Keyboard(desk)
    keys.type("62310")
    keys.press("Enter")
    has_focus(desk, "contact_name")
    keys.press("Enter")
    has_focus(desk, "place_text")
    keys.type("302")
    keys.press("Enter")
    has_focus(desk, "about_text")
    expect(desk.find("#known")).to_contain_text(known.number)
    keys.press("Alt+m")

    expect(desk.find(".readout .big")).to_have_text(known.number)
    assert ServiceRequest.objects.count() == 1
    assert Call.objects.get().outcome == CallOutcome.KNOWN
    assert RequestEvent.objects.filter(kind="chased").count() == 1
    assert Follower.objects.get().phone == "62310"
    expect(desk.find(".readout")).to_contain_text("2")


def test_several_callers_are_chosen_from_by_arrows(visit: Visit, site: Campus) -> None:
    for name in ("李老师", "张老师"):
        make_request(service=site.leak, place=site.room, contact_phone="62310", contact_name=name)
    desk = visit(person=site.xu, size=DESK)
    at_the_phone(desk)
    keys = Keyboard(desk)
    keys.type("62310")
    expect(desk.find("#caller [name=who]")).to_have_count(2)
    assert desk.find("#caller [name=who]:checked").count() == 0
    keys.press("ArrowDown", "ArrowDown")
    expect(desk.find("#caller [name=who]:checked")).to_have_value("c李老师")
    keys.press("Alt+1")
    expect(desk.find("#caller [name=who]:checked")).to_have_value("c张老师")


def test_keys_rest_while_an_input_method_composes(visit: Visit, site: Campus) -> None:
    desk = visit(person=site.xu, size=DESK)
    at_the_phone(desk)
    desk.find("[name=title]").focus()
    composing = (
        "(key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " {key, code: key, isComposing: true, bubbles: true, cancelable: true}))"
    )
    desk.page.keyboard.insert_text("水管")
    for key in ("Escape", "Enter"):
        assert desk.page.evaluate(composing, key), key
    expect(desk.find("[name=title]")).to_have_value("水管")
    desk.page.keyboard.press("u")
    expect(desk.find("[name=title]")).to_have_value("水管u")
    expect(desk.find("[name=urgency]:checked")).to_have_value("normal")

    desk.page.keyboard.press("Escape")
    expect(desk.find("[name=title]")).to_have_value("")
    has_focus(desk, "contact_phone")


def test_every_shortcut_is_listed_and_has_its_button(
    visit: Visit, site: Campus, known: ServiceRequest
) -> None:
    make_line()
    reported(WANG)
    desk = visit(person=site.xu, size=DESK)
    at_the_phone(desk)
    desk.find("h1").click()
    desk.page.keyboard.press("?")
    listed = desk.find("#hq-keys dt").all_inner_texts()

    assert {"T", "U", "D", "L", "Enter", "Esc", "?"} <= set(listed)
    desk.page.keyboard.press("Escape")
    expect(desk.find("#hq-keys")).to_be_hidden()


def test_signed_out_in_the_middle_the_words_are_given_back(visit: Visit, site: Campus) -> None:
    desk = visit(person=site.xu, size=DESK)
    at_the_phone(desk)
    keys = Keyboard(desk)
    keys.type("62310")
    keys.press("Enter")
    has_focus(desk, "contact_name")
    keys.press("Enter")
    has_focus(desk, "place_text")
    keys.type("锅炉房后面")
    keys.press("Enter")
    has_focus(desk, "about_text")
    keys.type("ls")
    keys.press("Enter")
    has_focus(desk, "title")
    keys.type("管子裂了")
    desk.context.clear_cookies(name="sessionid")
    with desk.page.expect_navigation():
        keys.press("Enter")

    expect(desk.find("main")).to_contain_text("管子裂了")
    expect(desk.find("main")).to_contain_text("锅炉房后面")
    assert not ServiceRequest.objects.exists()
    desk.complaints.clear()


def test_without_a_script_a_call_is_filed_too(visit: Visit, site: Campus, known: ServiceRequest) -> None:
    desk = visit(person=site.xu, size=DESK, script=False)
    desk.open(f"/desk/phone/?phone={WANG}")
    desk.find("[name=who]").first.check()
    desk.find("[name=about_text]").fill("漏水")
    desk.step("[data-file]")
    desk.find(f"[name=about][value='s{site.leak.pk}']").check()
    desk.step("[data-file]")

    assert read_out(desk).requester == site.wang
    desk.complaints.clear()
