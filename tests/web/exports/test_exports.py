"""Lists as spreadsheets."""

import datetime as dt
import io
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from houqin.accounts.models import User
from houqin.desk.models import ServiceRequest
from houqin.files.actions.store import TooLarge
from houqin.files.models import Attachment
from houqin.kernel import clock
from houqin.notify.models import Notice
from houqin.web.exports import making, tasks, views
from tests.makers import make_order
from tests.makers_desk import make_request, make_service
from tests.times import MONDAY_9
from tests.web.signed_in import signed_in


@pytest.fixture
def desk(xu: User) -> Client:
    """许晓's browser."""
    return signed_in(xu)


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are many."""
    monkeypatch.setattr(views, "AT_ONCE", 2)


def cells(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_rows_of_the_page_and_no_others(desk: Client, db: None) -> None:
    service = make_service()
    wanted = make_request(service=service, description="=1+1 漏水", contact_phone="13812346231")
    make_request(service=service, description="灯不亮")

    answer = desk.get("/exports/requests/?q=漏水")
    table = cells(answer.content)

    assert "attachment" in answer["Content-Disposition"]
    assert len(table) == 2
    assert table[0][:3] == ["Number", "Place", "Request"]
    assert table[1][0] == wanted.number
    assert table[1][2] == "=1+1 漏水"
    assert "13812346231" in table[1]


def test_what_the_clock_says_is_written_as_times(desk: Client, db: None) -> None:
    """A file is read for days: no `28 min left` in it, and a time is a time to the spreadsheet."""
    with clock.stopped_at(MONDAY_9):
        late, soon, none = (make_request(service=make_service()) for _n in range(3))
        for one, hours in ((late, -1), (soon, 1)):
            due = MONDAY_9 + dt.timedelta(hours=hours)
            ServiceRequest.objects.filter(pk=one.pk).update(due_at=due, next_due_at=due)
        table = cells(desk.get("/exports/requests/?tab=all").content)

    told = {row[0]: dict(zip(table[0], row, strict=True)) for row in table[1:]}
    assert "Clock" not in table[0]
    assert [told[one.number]["Overdue"] for one in (late, soon, none)] == ["yes", "no", ""]
    assert told[soon.number]["Next due"].isoformat() == "2026-11-23T10:00:00"
    assert told[none.number]["Next due"] == ""


def test_the_figures_name_their_last_day(lin: User, db: None) -> None:
    answer = signed_in(lin).get("/insight/export/?start=2026-11-01&last=2026-11-23")

    assert "Service%20levels%202026-11-01%202026-11-23.xlsx" in quote(answer["Content-Disposition"])
    assert cells(body(answer))[1][0] == "2026-11-01 – 2026-11-23"


def test_phones_stay_masked(auditor: User, db: None) -> None:
    make_request(contact_phone="13812346231")

    table = cells(signed_in(auditor).get("/exports/requests/?tab=all").content)

    assert "138****6231" in table[1]


def test_orders_too(desk: Client, db: None) -> None:
    order = make_order()

    table = cells(desk.get("/exports/orders/?tab=to_dispatch").content)

    assert table[1][0] == order.number


def test_others_take_nothing_away(wang: User, chen: User, zhao: User) -> None:
    assert signed_in(wang).get("/exports/requests/").status_code == 404
    assert signed_in(chen).get("/exports/requests/").status_code == 404
    assert signed_in(zhao).get("/exports/orders/").status_code == 404
    assert signed_in(chen).get("/exports/people/").status_code == 404


@pytest.mark.usefixtures("few_at_once")
def test_a_long_list_is_prepared_in_the_background(desk: Client, xu: User, lin: User) -> None:
    service = make_service()
    for _n in range(3):
        make_request(service=service)
    page = desk.get("/exports/requests/?tab=all")
    assert page["Content-Type"].startswith("text/html")

    waiting = desk.post("/exports/requests/?tab=all", {"form_key": "x"})["Location"]
    assert desk.post("/exports/requests/?tab=all", {"form_key": "x"})["Location"] == waiting
    assert "being prepared" in desk.get(waiting).content.decode()
    job = ProcrastinateJob.objects.get(task_name="exports.write")
    tasks.write(**job.args)
    tasks.write(**job.args)

    assert "Download" in desk.get(waiting).content.decode()
    assert len(cells(body(desk.get(f"{waiting}file/")))) == 4
    assert Notice.objects.get(kind="export_ready").path == waiting
    assert Attachment.objects.get().uploaded_by == xu
    assert signed_in(lin).get(waiting).status_code == 404
    assert signed_in(lin).get(f"{waiting}file/").status_code == 404


def test_an_export_may_be_larger_than_an_upload(xu: User, settings: Any) -> None:
    make_request()
    settings.MAX_UPLOAD_BYTES = 1_000

    made = making.prepare(kind="requests", user=xu, query="tab=all", token="t")

    assert made.size > 1_000
    settings.MAX_MADE_BYTES = 1_000
    with pytest.raises(TooLarge):
        making.prepare(kind="requests", user=xu, query="tab=all", token="u")
    assert making.prepared(xu, "u") is None


@pytest.mark.usefixtures("few_at_once")
def test_an_export_is_forgotten_after_a_day(xu: User) -> None:
    make_request()
    made = making.prepare(kind="requests", user=xu, query="tab=all", token="t")
    assert making.forget_old() == 0

    with clock.stopped_at(clock.now() + making.KEPT):
        assert making.forget_old() == 1

    assert making.prepared(xu, "t") is None
    assert not Attachment.objects.filter(pk=made.pk).exists()
