"""While the database cannot be reached every door says so, and needs no restart afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gone(tmp_path: Path) -> Iterator[None]:
    """The connection points to a folder in which no server listens."""
    where = connection.settings_dict
    host, where["HOST"] = where["HOST"], str(tmp_path)
    connection.close()
    yield
    where["HOST"] = host
    connection.close()


@pytest.fixture
def visitor() -> Client:
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = "0123456789abcdef0123456789abcdef"
    return client


@pytest.mark.parametrize("path", ["/", "/desk/", "/accounts/login/"])
def test_a_page_is_503_and_plain(visitor: Client, gone: None, path: str) -> None:
    answer = visitor.get(path)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "<html" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}])
def test_a_call_is_a_503_problem(visitor: Client, gone: None, headers: dict[str, str]) -> None:
    answer = visitor.post(
        "/api/v1/requests",
        b"{}",
        content_type="application/json",
        headers={"Authorization": "Bearer hq_nobody", **headers},
    )

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_next_call_finds_the_database_again(visitor: Client, tmp_path: Path) -> None:
    where = connection.settings_dict
    host, where["HOST"] = where["HOST"], str(tmp_path)
    connection.close()
    assert visitor.get("/accounts/login/").status_code == 503

    where["HOST"] = host

    assert visitor.get("/accounts/login/").status_code in {200, 302}
