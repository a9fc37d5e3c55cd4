"""The bell: one's own notices, read once opened."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.notify.models import Notice
from houqin.notify.queries.bell import unread_count
from tests.web.signed_in import signed_in

AtMost = Callable[[int], AbstractContextManager[object]]
pytestmark = pytest.mark.django_db


def make_notice(to: User, **facts: object) -> Notice:
    serial = Notice.objects.count()
    return Notice.objects.create(
        **{  # type: ignore[arg-type]
            "recipient": to,
            "kind": "new_request",
            "subject": f"FW20261123-{serial:04d}",
            "data": {"title": "水管漏水", "place": "教学楼A 302"},
            "path": f"/desk/requests/FW20261123-{serial:04d}/",
            "change": f"opened:{serial}",
            "created_at": clock.now(),
            **facts,
        }
    )


@pytest.fixture
def desk(xu: User) -> Client:
    return signed_in(xu)


def test_notices_are_listed_and_counted(desk: Client, xu: User, wang: User) -> None:
    make_notice(xu)
    make_notice(xu)
    make_notice(wang)
    page = desk.get("/notices/").content.decode()

    assert "FW20261123-0001" in page
    assert "FW20261123-0002" not in page
    assert "Notices, 2 unread" in page


def test_opening_one_marks_it_read_and_goes_on(desk: Client, xu: User) -> None:
    notice = make_notice(xu)
    make_notice(xu)
    answer = desk.post(f"/notices/{notice.pk}/")

    assert (answer.status_code, answer["Location"]) == (303, notice.path)
    assert unread_count(xu) == 1
    assert notice.subject not in desk.get("/notices/", {"unread": "1"}).content.decode()


def test_a_notice_of_somebody_else_is_not_there(desk: Client, wang: User) -> None:
    notice = make_notice(wang)

    assert desk.post(f"/notices/{notice.pk}/").status_code == 404
    assert unread_count(wang) == 1


def test_all_can_be_marked_read(desk: Client, xu: User, wang: User) -> None:
    make_notice(xu)
    make_notice(wang)
    desk.post("/notices/read/")

    assert (unread_count(xu), unread_count(wang)) == (0, 1)


def test_looking_marks_nothing_read(desk: Client, xu: User) -> None:
    notice = make_notice(xu)
    desk.get("/notices/")

    assert desk.get(f"/notices/{notice.pk}/").status_code == 405
    assert unread_count(xu) == 1


def test_older_ones_come_on_further_pages(
    desk: Client, xu: User, django_assert_max_num_queries: AtMost
) -> None:
    for _ in range(35):
        make_notice(xu)
    desk.get("/notices/")
    with django_assert_max_num_queries(8):
        page = desk.get("/notices/").content.decode()
    assert page.count("formaction") == 30
    assert "0004" not in page

    oldest = Notice.objects.order_by("pk")[5].pk
    assert desk.get("/notices/", {"before": oldest}).content.decode().count("formaction") == 5


def test_more_than_ninety_nine_read_so(desk: Client, xu: User) -> None:
    for _ in range(101):
        make_notice(xu)

    assert "99+" in desk.get("/notices/").content.decode()


def test_technicians_and_requesters_have_a_bell_on_their_phone(chen: User, wang: User) -> None:
    for person in (chen, wang):
        assert signed_in(person).get("/notices/").status_code == 200
    assert 'href="/notices/"' in signed_in(wang).get("/mine/").content.decode()
    assert 'href="/notices/"' in signed_in(chen).get("/jobs/").content.decode()


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get("/notices/")["Location"].startswith("/accounts/login/")
