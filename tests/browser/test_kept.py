"""A refused form keeps what was chosen: photos, words, the address; and going back reports nothing twice."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from houqin.desk.models import ServiceRequest
from tests.browser import campus
from tests.browser.campus import Campus
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def site(transactional_db: None) -> Campus:
    return campus.build()


def test_photos_and_words_stay_while_a_wrong_photo_is_taken_away(visit: Visit, site: Campus) -> None:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "JPEG")
    phone = visit()
    phone.open(f"/q/{site.code.token}/")
    phone.find(f"input[name=category][value='{site.water.pk}']").check(force=True)
    phone.find("[name=description]").fill("龙头漏水")
    phone.choose_photo("input[type=file]", "漏水.jpg", content.getvalue())
    expect(phone.find(".photos img")).to_have_count(1)
    phone.choose_photo("input[type=file]", "假的.jpg", b"no photo")
    expect(phone.find(".photos img")).to_have_count(2)

    phone.tap("button[form=report]")
    expect(phone.find(".f-err")).to_contain_text("假的.jpg")
    expect(phone.find(".photos img")).to_have_count(2)
    expect(phone.find("[name=description]")).to_have_value("龙头漏水")
    assert not ServiceRequest.objects.exists()
    phone.complaints.clear()  # the browser notes the 422 and the picture it cannot draw

    phone.tap(phone.find(".photos .drop").nth(1))
    phone.step("button[form=report]")
    request = ServiceRequest.objects.get()
    assert request.attachments.count() == 1

    tracking = phone.page.url
    phone.page.go_back()
    phone.find(f"input[name=category][value='{site.water.pk}']").check(force=True)
    phone.find("[name=description]").fill("龙头漏水")
    phone.step("button[form=report]")
    assert phone.page.url == tracking
    assert ServiceRequest.objects.count() == 1
