"""The tree of places and the labels on their doors, as an administrator's browser sees them."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from houqin.accounts.models import Role, User
from houqin.org.actions import qrcodes
from houqin.org.models import Place, PlaceType, QrCode
from tests.makers import grant, make_person, make_place

pytestmark = pytest.mark.django_db
TREE = "/setup/places/"


@pytest.fixture
def site() -> Place:
    return make_place("青禾校区", code="QH", type=PlaceType.SITE)


@pytest.fixture
def hall(site: Place) -> Place:
    return make_place("教学楼A", code="JXLA", type=PlaceType.BUILDING, parent=site)


def facts(**given: object) -> dict[str, object]:
    return {"type": "room", "code": "A302", "name": "302", "criticality": 3, "position": 0, **given}


class TestTheTree:
    def test_shows_the_top_and_opens_level_by_level(self, office: Client, site: Place, hall: Place) -> None:
        top = office.get(TREE).content.decode()
        assert "青禾校区" in top
        assert "教学楼A" not in top
        level = office.get(f"{TREE}{site.pk}/inside/").content.decode()
        assert hall.own_name in level
        assert "<html" not in level

    @pytest.mark.usefixtures("hall")
    def test_is_searched_by_pinyin_code_and_type(self, office: Client) -> None:
        assert "教学楼A" in office.get(TREE, {"q": "jxl"}).content.decode()
        assert "教学楼A" in office.get(TREE, {"q": "JXLA"}).content.decode()
        assert "教学楼A" not in office.get(TREE, {"type": "room", "q": "jxl"}).content.decode()

    def test_costs_the_same_for_many(self, office: Client, site: Place) -> None:
        office.get(TREE)
        with CaptureQueriesContext(connection) as few:
            office.get(f"{TREE}{site.pk}/inside/")
        for _number in range(5):
            make_place(parent=site)
        with CaptureQueriesContext(connection) as many:
            office.get(f"{TREE}{site.pk}/inside/")
        assert len(few) == len(many)

    @pytest.mark.parametrize("who", ["lin", "chen", "stranger", "auditor"])
    def test_is_for_administrators(
        self, client: Client, request: pytest.FixtureRequest, who: str, site: Place
    ) -> None:
        client.force_login(request.getfixturevalue(who))
        for path in (TREE, f"{TREE}{site.pk}/", "/setup/qr/", "/setup/import/places/"):
            assert client.get(path).status_code == 404


class TestAPlace:
    def test_is_made_inside_another_and_changed(self, office: Client, hall: Place) -> None:
        made = office.post(f"{TREE}{hall.pk}/new/", facts())
        place = Place.objects.get(code="A302")
        assert made.headers["Location"] == f"{TREE}{place.pk}/"
        assert place.parent == hall
        office.post(f"{TREE}{place.pk}/", facts(name="阶梯教室"))
        place.refresh_from_db()
        assert str(place) == "教学楼A · 阶梯教室"

    def test_with_a_code_that_is_taken_is_not_made(self, office: Client, hall: Place) -> None:
        answer = office.post(f"{TREE}{hall.pk}/new/", facts(code="jxla"))
        assert answer.status_code == 422
        assert "id_code_error" in answer.content.decode()

    def test_moves_with_what_is_inside_but_not_into_itself(
        self, office: Client, site: Place, hall: Place
    ) -> None:
        other = make_place("图书馆", code="TSG", type=PlaceType.BUILDING, parent=site)
        room = make_place("302", code="A302", parent=hall)
        assert office.post(f"{TREE}{room.pk}/move/", {"parent": "tsg"}).status_code == 303
        room.refresh_from_db()
        assert room.parent == other
        refused = office.post(f"{TREE}{site.pk}/move/", {"parent": "TSG"})
        assert refused.status_code == 422
        assert 'data-opens="move"' in refused.content.decode()

    def test_fills_a_building(self, office: Client, hall: Place) -> None:
        office.post(f"{TREE}{hall.pk}/fill/", {"first": -1, "last": 2, "rooms": 3})
        assert Place.objects.filter(lineage__contains=[hall.pk], type=PlaceType.FLOOR).count() == 3
        assert Place.objects.filter(lineage__contains=[hall.pk], type=PlaceType.ROOM).count() == 9

    def test_leaves_use_with_what_is_inside(self, office: Client, hall: Place) -> None:
        room = make_place(parent=hall)
        office.post(f"{TREE}{hall.pk}/out/")
        assert not Place.objects.filter(pk__in=[hall.pk, room.pk], active=True).exists()
        office.post(f"{TREE}{room.pk}/in/")
        room.refresh_from_db()
        assert not room.active
        office.post(f"{TREE}{hall.pk}/in/")
        room.refresh_from_db()
        assert room.active

    def test_of_others_is_not_there(self, client: Client, site: Place, hall: Place) -> None:
        warden = make_person()
        grant(warden, Role.ADMINISTRATOR, place=hall)
        client.force_login(warden)
        assert client.get(f"{TREE}{hall.pk}/").status_code == 200
        assert client.get(f"{TREE}{site.pk}/").status_code == 404
        assert client.post(f"{TREE}new/", facts(type="site")).status_code == 422
        assert client.post(f"{TREE}{hall.pk}/move/", {"parent": "QH"}).status_code == 422
        assert "教学楼A" in client.get(TREE).content.decode()


class TestLabels:
    def test_are_made_for_what_is_inside_and_printed(self, office: Client, hall: Place) -> None:
        for number in range(3):
            make_place(f"30{number}", parent=hall)
        where = office.post("/setup/qr/make/", {"below": "JXLA", "types": ["room"]}).headers["Location"]
        sheet = office.get(where).content.decode()
        assert sheet.count("<svg") >= 3
        assert sheet.count('class="label"') == 3
        assert "教学楼A" in sheet
        assert "l-40x30" in office.get(f"{where}&size=40x30&paper=roll").content.decode()
        assert QrCode.objects.filter(printed_at__isnull=False).count() == 0
        office.post(where)
        assert QrCode.objects.filter(printed_at__isnull=False).count() == 3
        office.post("/setup/qr/make/", {"below": "JXLA", "types": ["room"]})
        assert QrCode.objects.count() == 3

    def test_print_500_in_a_few_statements(self, office: Client) -> None:
        where = office.post("/setup/qr/blank/", {"count": 500}).headers["Location"]
        with CaptureQueriesContext(connection) as asked:
            sheet = office.get(where).content.decode()
        assert sheet.count('class="label"') == 500
        assert len(asked) < 12

    def test_for_nothing_say_so(self, office: Client, hall: Place) -> None:
        answer = office.post("/setup/qr/make/", {"below": hall.code, "types": ["zone"]})
        assert answer.status_code == 422
        assert 'data-opens="labels"' in answer.content.decode()

    def test_are_linked_freed_and_retired(self, office: Client, hall: Place, chen: User) -> None:
        code = qrcodes.make_blank(count=1)[0]
        page = f"/setup/qr/{code.token}/"
        qrcodes.record_scan(code=code, person=chen.username)
        assert "chen" in office.get(page).content.decode()
        office.post(page, {"place": "jxla"})
        assert QrCode.objects.get(pk=code.pk).place == hall
        office.post(f"{page}unlink/")
        assert QrCode.objects.get(pk=code.pk).place is None
        office.post(f"{page}retire/")
        assert office.post(page, {"place": "jxla"}).status_code == 422
        assert code.token not in office.get("/setup/qr/", {"state": "free"}).content.decode()
        listed = office.get("/setup/qr/", {"state": "retired", "q": code.token[:6]}).content.decode()
        assert re.search(code.token, listed)

    def test_that_were_never_made_are_not_there(self, office: Client) -> None:
        assert office.get("/setup/qr/nonsense/").status_code == 404
