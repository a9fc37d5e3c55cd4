"""HEAD is answered like GET, without the content."""

import pytest
from django.test import Client

from tests import cast
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/report/", "/healthz"])
def test_open_pages(path: str) -> None:
    client = Client()
    whole, head = client.get(path), client.head(path)

    assert (head.status_code, head.content) == (whole.status_code, b"") == (200, b"")
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]
    assert int(head.headers["Content-Length"]) > 0


def test_pages_behind_the_door() -> None:
    assert signed_in(cast.dispatcher_xu()).head("/desk/").status_code == 200
    assert Client().head("/desk/").status_code == 302
    assert Client().head("/no/such/page/").status_code == 404
