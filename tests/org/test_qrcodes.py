"""QR labels outlive what they are linked to."""

import pytest
from django.test import override_settings

from houqin.kernel.errors import Refused
from houqin.org.actions import places, qrcodes
from houqin.org.models import QrCode, QrScan
from houqin.org.queries.qrcodes import address, picture, scanned, sheet
from tests.makers import make_place

pytestmark = pytest.mark.django_db


def test_each_place_gets_one_label_however_often_it_is_asked_for() -> None:
    rooms = [make_place(str(number)) for number in range(3)]
    first = qrcodes.make_for(places=rooms)
    again = qrcodes.make_for(places=[*reversed(rooms), make_place("新")])
    assert [code.place for code in first] == rooms
    assert again[:3] == list(reversed(first))
    assert QrCode.objects.count() == 4


def test_a_label_is_linked_again_and_its_address_stays() -> None:
    (code,) = qrcodes.make_blank(count=1)
    before = address(code)
    one, two = make_place("一"), make_place("二")
    qrcodes.link(code=code, place=one)
    qrcodes.link(code=code, place=two)
    found = scanned(f" {code.token.upper()} ")
    assert found is not None
    assert found.place == two
    assert address(found) == before
    assert qrcodes.unlink(code=code).place is None
    assert scanned("0" * 20) is None


def test_an_address_tells_nothing_but_the_token() -> None:
    (code,) = qrcodes.make_for(places=[make_place("302")])
    with override_settings(PUBLIC_URL="https://hq.example.com"):
        assert address(code) == f"https://hq.example.com/q/{code.token}/"
        assert picture(code).startswith("<svg")
    assert len(code.token) == 20


def test_what_is_out_of_use_is_not_linked() -> None:
    (code,) = qrcodes.make_blank(count=1)
    room = make_place()
    places.deactivate(place=room)
    room.refresh_from_db()
    with pytest.raises(Refused):
        qrcodes.link(code=code, place=room)
    retired = qrcodes.retire(code=code)
    assert qrcodes.retire(code=code).retired_at == retired.retired_at
    with pytest.raises(Refused):
        qrcodes.link(code=code, place=make_place("302"))
    with pytest.raises(Refused):
        qrcodes.make_blank(count=0)


def test_scans_are_noted() -> None:
    (code,) = qrcodes.make_blank(count=1)
    qrcodes.record_scan(code=code)
    qrcodes.record_scan(code=code, person="wang")
    assert list(QrScan.objects.filter(code=code).values_list("person", flat=True)) == ["wang", ""]


def test_a_sheet_names_the_place_and_what_is_around_it() -> None:
    site = make_place("东校区", type="site")
    room = make_place("301", parent=make_place("图书馆", type="building", parent=site))
    codes = [*qrcodes.make_for(places=[room]), *qrcodes.make_blank(count=1)]
    labels = sheet(codes)
    assert (labels[0].name, labels[0].around) == ("301", "东校区 · 图书馆")
    assert labels[1].name == ""
    assert qrcodes.note_printed(codes=codes) == 2
