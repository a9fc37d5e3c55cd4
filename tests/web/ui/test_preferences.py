from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from houqin.web.ui import views
from houqin.web.ui.context import Frame


def choose(**chosen: str) -> HttpResponse:
    request = RequestFactory().post("/ui/preferences/", chosen)
    request.user = SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]
    return views.preferences(request)


def test_a_theme_is_kept_and_the_place_too() -> None:
    response = choose(theme="dark", next="/desk/?q=1")
    assert response.cookies["houqin_theme"].value == "dark"
    assert response["Location"] == "/desk/?q=1"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_it_never_leads_to_another_site(elsewhere: str) -> None:
    assert choose(theme="dark", next=elsewhere)["Location"] == "/"


def test_an_unknown_theme_is_not_kept() -> None:
    assert not choose(theme="pink").cookies


def test_a_forged_cookie_falls_back_to_the_system() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["houqin_theme"] = '"><script>'
    assert Frame(request).theme == "auto"
