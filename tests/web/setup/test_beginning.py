"""The first steps of a new installation."""

import pytest

from houqin.desk.models import Service
from tests import cast
from tests.makers import grant, make_crew, make_person, make_place
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db


def test_an_empty_installation_is_told_what_to_do_first() -> None:
    page = signed_in(cast.administrator()).get("/setup/").content.decode()

    assert "First steps" in page
    assert "Take a usual catalogue" in page


def test_the_catalogue_is_taken_once() -> None:
    client = signed_in(cast.administrator())
    shown = client.get("/setup/")

    answers = [
        client.post("/setup/catalogue/", {"form_key": shown.context["form_key"]}) for _press in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert Service.objects.filter(active=True).count() > 15
    assert "Take a usual catalogue" not in client.get("/setup/").content.decode()


def test_the_steps_go_when_all_is_there() -> None:
    client = signed_in(cast.administrator())
    client.post("/setup/catalogue/", {"form_key": client.get("/setup/").context["form_key"]})
    make_place("302")
    grant(make_person("许调度"), "dispatcher")
    make_crew("水电班", make_person("陈师傅"))

    assert "First steps" not in client.get("/setup/").content.decode()
