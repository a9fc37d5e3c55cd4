"""Whatever is typed into a report stands on the pages as it was typed, and nothing of it runs."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from houqin.desk.models import ServiceRequest
from houqin.flows.raise_work_order import raise_work_order
from houqin.staffing.models import Terms
from tests.browser import campus
from tests.browser.campus import Campus
from tests.browser.conftest import Visit
from tests.browser.visitor import DESK, Visitor
from tests.data import FOLDER

pytestmark = pytest.mark.browser

OWN = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea></form></main><h1>x</h1>",
    "<svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7|add:7 }} {% now 'Y' %} ${7*7} <c-button>x</c-button>",
    "'; DROP TABLE desk_servicerequest; --",
    "%(title)s %s {0} %%",
    "مرحبا \u202eright to left\u202c \u2066isolated\u2069",
    "👩🏽‍🔧🚰 e\u0301 ｆｕｌｌ ﷽",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "\ufeff\u200b\u2028\u2029\u00a0",
    "undefined null NaN true -1 1e309 0x0 .. / \\",
)
ROOM = 1_900
"""Units of a description, as browsers count them, that are filled at a time."""


def naughty() -> list[str]:
    """The big list of naughty strings where it lies beside the checkout, and our own; none with NUL."""
    file = FOLDER / "interfaces" / "strings" / "blns" / "blns.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return [text for text in [*OWN, *known] if text and "\0" not in text]


def descriptions() -> Iterator[str]:
    """The strings, a line each, in as few descriptions as they fit."""
    lines: list[str] = []
    size = 0
    for text in naughty():
        units = len(text.encode("utf-16-le", "replace")) // 2 + 2
        if size + units > ROOM:
            yield "\n".join(lines)
            lines, size = [], 0
        lines.append(text)
        size += units
    yield "\n".join(lines)


def plain(text: str) -> str:
    return "".join(text.split())


@pytest.fixture
def site(transactional_db: None) -> Campus:
    return campus.build()


def whole(visitor: Visitor) -> None:
    """One title, one main part, no picture that was not ours, no element that was typed."""
    assert visitor.find("main").count() == 1
    assert visitor.find("h1").count() == 1
    assert visitor.find("main script, main iframe, main svg[onload], [onerror], c-button").count() == 0
    assert visitor.page.evaluate("document.querySelectorAll('img:not([src^=\"/\"])').length") == 0
    assert visitor.complaints == []


def send(phone: Visitor, site: Campus, text: str) -> None:
    phone.open(f"/q/{site.code.token}/")
    phone.find(f"input[name=category][value='{site.water.pk}']").check(force=True)
    phone.find("[name=description]").fill(text)
    phone.step("button[form=report]")


def test_odd_words_stand_as_they_were_typed(visit: Visit, site: Campus) -> None:
    phone, desk = visit(), visit(person=site.xu, size=DESK)
    for at, text in enumerate(descriptions(), start=1):
        send(phone, site, text)
        request = ServiceRequest.objects.latest("pk")
        assert ServiceRequest.objects.count() == at
        assert plain(request.description) == plain(text)
        whole(phone)

        desk.open(f"/desk/requests/{request.number}/")
        assert plain(text) in plain(str(desk.find("main").text_content()))
        whole(desk)
    desk.open("/desk/?tab=all")
    expect(desk.find("tr[data-row]").first).to_be_visible()
    whole(desk)


def test_odd_names_and_places_reach_the_technician_whole(visit: Visit, site: Campus) -> None:
    Terms.objects.create(user=site.chen, open_limit=len(OWN))
    phone, technician = visit(), visit(person=site.chen)
    for text in OWN:
        phone.open("/report/")
        phone.find(f"input[name=category][value='{site.water.pk}']").check(force=True)
        phone.find("[name=place_note]").fill(text[:80] + "门口")
        phone.find("details summary.btn-link").click()
        phone.find("[name=name]").fill(text[:40])
        phone.step("button[form=report]")
        whole(phone)
        request = ServiceRequest.objects.latest("pk")
        order = raise_work_order(request_id=request.pk, by=site.xu, worker_id=site.chen.pk)
        technician.open(f"/jobs/{order.number}/")
        whole(technician)
    assert ServiceRequest.objects.count() == len(OWN)


def test_ten_thousand_characters_are_refused_and_kept(visit: Visit, site: Campus) -> None:
    phone = visit()
    text = "长" * 10_000
    phone.open(f"/q/{site.code.token}/")
    phone.find(f"input[name=category][value='{site.water.pk}']").check(force=True)
    phone.page.evaluate("document.querySelector('[name=description]').removeAttribute('maxlength')")
    phone.find("[name=description]").fill(text)
    phone.tap("button[form=report]")

    expect(phone.find("#id_description_error")).to_contain_text("10000")
    expect(phone.find("[name=description]")).to_have_value(text)
    assert phone.widest() == 360
    assert not ServiceRequest.objects.exists()
    phone.complaints.clear()  # the browser notes the 422 itself


def test_searching_for_odd_words_breaks_nothing(visit: Visit, site: Campus) -> None:
    desk = visit(person=site.xu, size=DESK)
    for text in OWN:
        desk.open("/find/")
        desk.find("main [name=q]").fill(text)
        desk.step("main [role=search] button")
        whole(desk)
