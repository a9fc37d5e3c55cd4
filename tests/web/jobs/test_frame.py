"""A technician keeps the four tabs wherever a page of theirs leads."""

import pytest
from django.test import Client

from houqin.accounts.models import User

pytestmark = pytest.mark.django_db
TABS = ("/jobs/", "/jobs/offers/", "/jobs/scan/", "/accounts/me/")


@pytest.mark.parametrize("path", ["/jobs/", "/accounts/me/", "/notices/", "/work/orders/", "/find/?q=x"])
def test_the_tabs_of_a_technician_are_on_every_page(client: Client, chen: User, path: str) -> None:
    client.force_login(chen)

    page = client.get(path).content.decode()

    bar = page[page.index('class="p-tabs"') :]
    assert [tab for tab in TABS if f'href="{tab}"' in bar] == list(TABS)


def test_a_dispatcher_keeps_the_desk(client: Client, xu: User) -> None:
    client.force_login(xu)

    assert "/jobs/scan/" not in client.get("/notices/").content.decode()
