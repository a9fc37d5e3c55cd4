"""What the script does, in a real browser under the real content security policy."""

import base64
import datetime as dt
import io
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.http import HttpRequest
from django.template.loader import render_to_string
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from houqin.kernel import clock
from houqin.web.ui import clocks, samples
from tests.web.ui.conftest import Site, from_text

pytestmark = pytest.mark.browser

FORM = """{% extends "layouts/desk.html" %}{% block title %}t{% endblock %}{% block content %}
<form id="f" method="post" action="/save" hx-post="/save" hx-target="#f" hx-swap="outerHTML">
<input name="qty" id="qty" aria-label="qty"><button name="step" value="go">Go</button></form>
<form id="plain" method="post" action="/plain"><button name="step" value="go">Plain</button></form>
<p id="after">after</p>{% endblock %}"""
WRONG = """<form id="f" method="post" hx-post="/save">
<input name="qty" aria-label="qty" aria-invalid="true"></form>"""
CHIPS = """{% extends "layouts/desk.html" %}{% block content %}
{% for reading in all %}{% clock_chip reading %}{% endfor %}{% endblock %}"""


@pytest.fixture
def form_page(site: Site, http_request: HttpRequest) -> Page:
    return site.show(from_text(FORM, {"csrf_token": "T0KEN"}, http_request))


def test_a_form_is_sent_once_with_the_pressed_button_and_the_token(site: Site, form_page: Page) -> None:
    kept: list[Route] = []
    site.answers["/save"] = kept.append
    button = form_page.get_by_role("button", name="Go")
    button.dblclick()
    button.focus()
    form_page.keyboard.press("Enter")
    form_page.wait_for_timeout(50)
    expect(button).to_have_attribute("aria-busy", "true")
    assert site.asked.count("POST /save") == 1
    assert kept[0].request.post_data == "qty=&step=go"
    assert kept[0].request.headers["x-csrftoken"] == "T0KEN"

    kept[0].fulfill(status=204)
    expect(button).not_to_have_attribute("aria-busy", "true")
    form_page.wait_for_timeout(50)
    assert site.asked.count("POST /save") == 1


def test_a_plain_form_is_sent_once_too(site: Site, form_page: Page) -> None:
    kept: list[Route] = []
    site.answers["/plain"] = kept.append
    form_page.get_by_role("button", name="Plain").dblclick(no_wait_after=True)
    form_page.wait_for_timeout(100)
    assert site.asked.count("POST /plain") == 1
    assert kept[0].request.post_data == "step=go"
    kept[0].fulfill(status=204)


def test_a_refused_form_comes_back_with_the_focus_on_the_wrong_field(site: Site, form_page: Page) -> None:
    site.answers["/save"] = lambda route: route.fulfill(status=422, body=WRONG, content_type="text/html")
    form_page.get_by_role("button", name="Go").click()
    expect(form_page.locator("[aria-invalid=true]")).to_be_focused()
    site.complaints.clear()  # the browser notes the 422 itself


def test_the_focus_never_falls_to_the_page_after_a_swap(site: Site, form_page: Page) -> None:
    site.answers["/save"] = lambda route: route.fulfill(body='<p id="f">done</p>', content_type="text/html")
    form_page.get_by_role("button", name="Go").click()
    expect(form_page.get_by_text("done")).to_be_focused()


@pytest.mark.parametrize(("status", "said"), [(409, "faster"), (403, "may not"), (500, "did not work")])
def test_a_failed_request_is_told_and_stays(site: Site, form_page: Page, status: int, said: str) -> None:
    site.answers["/save"] = lambda route: route.fulfill(status=status)
    form_page.get_by_role("button", name="Go").click()
    expect(form_page.locator("#toasts [data-stay]")).to_contain_text(said)
    site.complaints.clear()


def test_without_a_connection_nothing_is_lost_silently(site: Site, form_page: Page) -> None:
    site.answers["/save"] = lambda route: route.abort()
    form_page.locator("#qty").fill("3")
    form_page.get_by_role("button", name="Go").click()
    expect(form_page.locator("#toasts")).to_contain_text("No connection")
    assert form_page.locator("#qty").input_value() == "3"
    site.complaints.clear()


def test_keys_press_visible_controls_and_rest_while_typing(site: Site, gallery: str) -> None:
    page = site.show(gallery)
    page.evaluate("() => { document.querySelector('[data-key=n]').onclick = () => (window.pressed = true); }")

    box = page.get_by_label("Received by")
    box.focus()
    page.keyboard.type("n?")
    assert box.input_value() == "n?"
    assert page.evaluate("window.pressed") is None
    expect(page.locator("#hq-keys")).to_be_hidden()

    box.blur()
    composing = "new KeyboardEvent('keydown', {key: 'n', isComposing: true, bubbles: true})"
    page.evaluate(f"document.body.dispatchEvent({composing})")
    assert page.evaluate("window.pressed") is None
    page.keyboard.press("n")
    assert page.evaluate("window.pressed") is True


def test_a_person_can_switch_single_keys_off(site: Site, http_request: HttpRequest) -> None:
    http_request.user.shortcuts = False  # type: ignore[union-attr]
    page = site.show(render_to_string("ui/gallery.html", samples.context(), http_request))
    page.keyboard.press("?")
    expect(page.locator("#hq-keys")).to_be_hidden()


def test_j_and_k_walk_over_the_rows_and_question_mark_lists_the_keys(site: Site, gallery: str) -> None:
    page = site.show(gallery)
    numbers = []
    for key in "jjkk":
        page.keyboard.press(key)
        numbers.append(page.evaluate("document.activeElement.textContent"))
    assert numbers == ["0042", "0036", "0042", "0042"]

    page.keyboard.press("?")
    expect(page.locator("#hq-keys")).to_contain_text("Enter a call")


def test_a_dialog_opens_closes_and_gives_the_focus_back(site: Site, gallery: str) -> None:
    page = site.show(gallery)
    opener = page.locator("[data-open=void]")
    opener.click()
    expect(page.locator("#void")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#void")).to_be_hidden()
    expect(opener).to_be_focused()


def photo(width: int, height: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "taken at home"
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(
        file, "JPEG", quality=95, exif=exif
    )
    return file.getvalue()


def test_photos_become_smaller_upright_and_anonymous_and_add_up(site: Site, gallery: str) -> None:
    page = site.show(gallery)
    raw = photo(2400, 1800)
    for name in ("a.jpg", "b.jpg"):
        file: Any = {"name": name, "mimeType": "image/jpeg", "buffer": raw}
        page.set_input_files("[data-photos]", files=[file])
        expect(page.get_by_alt_text(name)).to_be_visible()
    names = page.evaluate("[...document.querySelector('[data-photos]').files].map(file => file.name)")
    assert names == ["a.jpg", "b.jpg"]
    sent = page.evaluate(
        """() => new Promise(done => {
            const reader = new FileReader();
            reader.onload = () => done(reader.result.split(",")[1]);
            reader.readAsDataURL(document.querySelector('[data-photos]').files[0]);
        })"""
    )
    image = Image.open(io.BytesIO(base64.b64decode(sent)))
    assert image.size == (1440, 1920)
    assert not dict(image.getexif())

    page.get_by_role("button", name="Take away a.jpg").click()
    assert page.evaluate("document.querySelector('[data-photos]').files[0].name") == "b.jpg"


def test_a_chip_turns_red_by_itself(site: Site, http_request: HttpRequest) -> None:
    due = clock.now() + dt.timedelta(minutes=1)
    html = from_text(CHIPS, {"all": [due]}, http_request)
    site.page.clock.install(time=clock.now())
    page = site.show(html)
    chip = page.locator("time.ck")
    expect(chip).to_have_text("1 min left")
    page.clock.run_for("05:00")
    expect(chip).to_have_class("ck over")
    expect(chip).to_have_text("4 min over")


def test_the_browser_says_spans_like_the_server(site: Site, http_request: HttpRequest) -> None:
    now = clock.now()
    with clock.stopped_at(now):
        readings = [
            clocks.running(now - dt.timedelta(minutes=minutes))
            for minutes in (1, 59, 60, 61, 2879, 2880, 9999)
        ]
        said = [clocks.words(reading) for reading in readings]
        html = from_text(CHIPS, {"all": readings}, http_request)
    site.page.clock.install(time=now)
    page = site.show(html)
    page.clock.run_for("00:20")
    assert page.locator("time.ck").all_inner_texts() == said


def test_the_chart_is_drawn_still_and_has_its_table(site: Site, gallery: str) -> None:
    page = site.show(gallery)
    expect(page.locator(".chart svg")).to_be_visible()
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("cell", name="312")).to_be_visible()


@pytest.mark.usefixtures("form_page")
def test_a_page_without_a_chart_does_not_load_the_charts(site: Site) -> None:
    assert not any("chart" in asked for asked in site.asked)


@pytest.mark.parametrize(("system", "ink"), [("light", "rgb(20, 33, 31)"), ("dark", "rgb(231, 238, 236)")])
def test_colours_follow_the_system_without_script(browser: Browser, system: Any, ink: str) -> None:
    context = browser.new_context(color_scheme=system, java_script_enabled=False)
    site = Site(context.new_page())
    page = site.show(render_to_string("404.html"))
    assert page.evaluate("getComputedStyle(document.body).color") == ink
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_gallery_has_no_barrier_and_nothing_sticks_out(
    browser: Browser, gallery: str, system: Any, width: int
) -> None:
    context = browser.new_context(color_scheme=system, viewport={"width": width, "height": 800})
    site = Site(context.new_page())
    page = site.show(gallery)
    expect(page.locator(".chart svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page)
    assert [(entry["id"], entry["nodes"][0]["html"]) for entry in found.response["violations"]] == []
    assert site.complaints == []
    context.close()
