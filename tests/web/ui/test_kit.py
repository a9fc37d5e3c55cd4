import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

import houqin
from houqin.desk.models import RequestStatus
from houqin.web.ui import samples, status
from houqin.web.ui.fields import field_html, form_errors
from houqin.web.ui.templatetags import ui
from houqin.work.models import Priority, WorkOrder, WorkOrderStatus
from tests.web.ui.conftest import from_text

SOURCES = Path(houqin.__file__).parent
ICONS = set((SOURCES.parents[1] / "frontend/src/icons.txt").read_text().split())


def test_every_state_has_a_colour_an_icon_and_a_word() -> None:
    assert status.LOOKS["request"].keys() == set(RequestStatus.values)
    assert status.LOOKS["order"].keys() == set(WorkOrderStatus.values)
    assert {look.icon for looks in status.LOOKS.values() for look in looks.values()} <= ICONS


def test_a_badge_takes_the_state_of_a_row() -> None:
    with translation.override("en"):
        html = ui.status_badge(WorkOrder(status=WorkOrderStatus.ON_HOLD), fill=True, note="parts")
    assert 'class="st c-warn fill"' in html
    assert "on hold · parts" in html


def test_every_priority_has_bars() -> None:
    assert status.PRIORITY_BARS.keys() == set(Priority.values)


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    named = set()
    for file in SOURCES.glob("web/**/*.html"):
        text = file.read_text()
        named |= set(re.findall(r'\{% icon "([\w-]+)" %\}', text))
        named |= set(re.findall(r'<c-[^>]*?(?<!:)\bicon="([\w-]+)"', text))
    assert named
    assert named <= ICONS


def test_the_sprite_holds_every_listed_icon() -> None:
    sprite = next((SOURCES / "web/static/houqin/assets").glob("icons-*.svg")).read_text()
    assert {f'id="{name}"' for name in ICONS} <= set(re.findall(r'id="[\w-]+"', sprite))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_gallery_is_complete_html_without_inline_script_or_style(
    http_request: HttpRequest, language: str
) -> None:
    with translation.override(language):
        html = render_to_string("ui/gallery.html", samples.context(), http_request)
    assert "<c-" not in html
    assert "<style" not in html
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", html) == []
    assert re.findall(r"\son[a-z]+=", html) == []
    assert re.findall(r'style="(?!width:\d+%")', html) == []
    assert f'lang="{ {"zh-hans": "zh-Hans", "en": "en"}[language] }"' in html


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500", "503"])
def test_error_pages_need_nothing_and_show_a_way_out(name: str) -> None:
    html = render_to_string(f"{name}.html")
    assert "<h1>" in html
    assert 'href="/"' in html


def test_a_component_does_not_see_the_page_around_it(http_request: HttpRequest) -> None:
    html = from_text("<c-note>{{ end }}</c-note><c-note>b</c-note>", {"end": "mine"}, http_request)
    assert html.count("mine") == 1


def test_messages_become_toasts_and_errors_stay(http_request: HttpRequest) -> None:
    messages.success(http_request, "saved")
    messages.error(http_request, "refused")
    html = render_to_string("ui/toasts.html", request=http_request)
    assert re.findall(r'class="toast-x c-(\w+)"( data-stay)?', html) == [("ok", ""), ("danger", " data-stay")]


def test_a_wrong_field_is_tied_to_its_hint_and_error() -> None:
    form = samples.SampleForm({"item": "x" * 3, "quantity": "60", "kind": "fault"})
    html = field_html(form["quantity"], hint="in stock units")
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_quantity_hint id_quantity_error"' in html
    assert 'for="id_quantity"' in html
    assert 'id="id_quantity_error"' in html


def test_an_optional_field_says_so() -> None:
    with translation.override("en"):
        assert "optional" in field_html(samples.SampleForm()["receiver"])
        assert "optional" not in field_html(samples.SampleForm()["item"])


@pytest.mark.parametrize(
    ("look", "shape"), [("tiles", "tile"), ("segments", ""), ("chips", "chip"), ("", "form-check")]
)
def test_choices_are_a_named_group_of_real_radio_buttons(look: str, shape: str) -> None:
    html = field_html(samples.SampleReport()["category"], look=look, icons=samples.CATEGORY_ICONS)
    assert html.count('type="radio"') == 6
    assert html.count(f'<label class="{shape}">') == 6
    assert 'role="radiogroup" aria-labelledby="id_category_label"' in html


def test_labels_and_errors_are_escaped() -> None:
    form = samples.SampleForm({"item": "x"})
    form.add_error(None, "<script>")
    assert "&lt;script&gt;" in form_errors(form)
    assert "&lt;b&gt;" in field_html(form["item"], label="<b>")


def query(text: str, address: str) -> str:
    return from_text(text, {}, RequestFactory().get(address))


def test_a_changed_filter_forgets_the_page() -> None:
    assert query('{% qs status="new" %}', "/?q=a&after=9") == "?q=a&amp;status=new"


def test_a_changed_page_keeps_the_filters() -> None:
    assert query('{% qs after="12" %}', "/?q=a&after=9") == "?q=a&amp;after=12"


def test_an_empty_value_takes_a_parameter_away() -> None:
    assert query('{% qs status="" %}', "/?status=new&q=%3Cb%3E") == "?q=%3Cb%3E"


def test_nothing_is_a_dash() -> None:
    assert {ui.money(None), ui.when(None), ui.span(None)} == {"—"}


def test_money_has_two_places_and_groups() -> None:
    assert ui.money(Decimal("1234.5")) == "￥1,234.50"


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13812346231", "138****6231"), ("010-6278 1234", "010****1234"), ("6231", "6231"), (None, "")],
)
def test_a_personal_number_is_masked_and_an_extension_is_not(number: str | None, shown: str) -> None:
    assert ui.masked_phone(number) == shown


def test_data_for_an_island_cannot_leave_its_block() -> None:
    assert "</script>" not in ui.as_json({"name": "</script><b>"})


def test_core_script_and_style_stay_small() -> None:
    import gzip

    assets = Path(settings.STATIC_ROOT) / "houqin" / "assets"
    size = {
        suffix: len(gzip.compress(next(assets.glob(f"main-*.{suffix}")).read_bytes()))
        for suffix in ("js", "css")
    }
    assert size["js"] < 60_000
    assert size["css"] < 40_000
