"""Thirty people report one lift by its label within ten minutes: one order, and a link of their own for each.

Everybody writes a word that only they know. Afterwards every page, file, answer of the API and mail of
each is searched for the words, names and numbers of all the others.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.test import Client

from houqin.accounts.actions import tokens
from houqin.accounts.models import User
from houqin.desk.models import Category, Follower, Rating, ServiceRequest
from houqin.flows.finish_work import complete_work
from houqin.flows.progress_work import accept_work, arrive_at_work, hold_work, resume_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.kernel import clock
from houqin.notify.models import Notice, OutMail
from houqin.org.models import QrCode
from houqin.staffing.models import Crew
from houqin.work.models import WorkOrder
from tests.makers import make_job_type, make_person, make_place
from tests.makers_desk import make_example_standard, make_service

PEOPLE = 30
ACCOUNTS = {3, 4, 5}
"""Of the thirty those who are signed in."""


@dataclass
class Somebody:
    """One of the thirty, with a browser, and with what nobody else may ever read."""

    number: int
    client: Client = field(default_factory=Client)
    user: User | None = None
    link: str = ""

    @property
    def word(self) -> str:
        return f"暗号{self.number:03d}号"

    @property
    def secrets(self) -> list[str]:
        return [self.word, f"报修人{self.number:03d}", f"1380000{self.number:04d}", self.email, self.link]

    @property
    def email(self) -> str:
        return f"someone{self.number:03d}@example.com"

    def given(self, category: Category) -> dict[str, object]:
        contact = {
            "name": f"报修人{self.number:03d}",
            "phone": f"1380000{self.number:04d}",
            "email": self.email,
        }
        return {
            "category": category.pk,
            "place": "LIFT",
            "urgency": "high",
            "description": f"电梯坏了，{self.word}",
            **({} if self.user else contact),
        }


@pytest.fixture
def category(crew: Crew) -> Category:
    job = make_job_type("电梯", crew=crew, standard=make_example_standard())
    return make_service("电梯", job_type=job, default_impact="room").category


@pytest.fixture
def label() -> QrCode:
    return QrCode.objects.create(place=make_place("东侧电梯", code="LIFT"))


@pytest.fixture
def crowd(label: QrCode, category: Category) -> list[Somebody]:
    """All thirty have reported, one after the other, within ten minutes."""
    crowd = [Somebody(number) for number in range(PEOPLE)]
    start = clock.now()
    for one in crowd:
        if one.number in ACCOUNTS:
            one.user = make_person(
                f"报修人{one.number:03d}", phone=f"1380000{one.number:04d}", email=one.email
            )
            one.client.force_login(one.user)
        with clock.stopped_at(start + dt.timedelta(seconds=20 * one.number)):
            _report(one, label, category)
    return crowd


def _report(one: Somebody, label: QrCode, category: Category) -> None:
    """Scan, and press 我也遇到 where the page says that it is known; else report it."""
    address = f"/q/{label.token}/"
    page = one.client.get(address).content.decode()
    known = re.search(r'name="known" value="([^"]+)"', page)
    given = one.given(category) | ({"known": known[1]} if known else {})
    one.link = one.client.post(address, given).headers["Location"]


def _repaired(request: ServiceRequest, xu: User, chen: User) -> WorkOrder:
    order = raise_work_order(request_id=request.pk, by=xu, worker_id=chen.pk)
    accept_work(order_id=order.pk, by=chen)
    arrive_at_work(order_id=order.pk, by=chen)
    start_work(order_id=order.pk, by=chen)
    hold_work(order_id=order.pk, reason="parts", note="等继电器", by=chen)
    resume_work(order_id=order.pk, by=chen)
    return complete_work(order_id=order.pk, by=chen, result="fixed", result_note="换了继电器")


def _everything_of(one: Somebody) -> Iterator[tuple[str, str]]:
    """Everything that somebody can open or is sent, with where it was."""
    page = one.client.get(one.link).content.decode()
    yield one.link, page
    for found in set(re.findall(r'(?:href|src|action)="(/[^"]*)"', page)):
        if found.startswith(("/t/", "/f/")):
            answer = one.client.get(found, follow=True)
            yield found, "" if answer.streaming else answer.content.decode()
    yield "/report/known/", one.client.get("/report/known/", {"place": "LIFT"}).content.decode()
    for mail in OutMail.objects.filter(to=one.email):
        yield f"mail {mail.kind}", mail.subject + mail.text
    for notice in Notice.objects.filter(recipient=one.user) if one.user else ():
        yield f"notice {notice.kind}", f"{notice.path} {notice.data}"
    yield from _by_the_api(one)


def _by_the_api(one: Somebody) -> Iterator[tuple[str, str]]:
    if one.user is None:
        return
    yield "/mine/", one.client.get("/mine/").content.decode()
    secret = tokens.make(person=one.user, name="crawl", scopes=["read", "write"])[1]
    headers = {"Authorization": f"Bearer {secret}"}
    number = ServiceRequest.objects.get().number
    place = ServiceRequest.objects.get().place_id
    for path in (
        "/requests",
        "/requests/following",
        f"/requests/similar?place={place}",
        f"/requests/{number}",
        f"/requests/{number}/timeline",
        f"/requests/{number}/followers",
    ):
        yield path, Client().get(f"/api/v1{path}", headers=headers).content.decode()


def test_thirty_people_and_one_lift(crowd: list[Somebody], xu: User, chen: User) -> None:
    request = ServiceRequest.objects.get()
    assert (request.affected, request.impact, request.priority) == (PEOPLE, "building", "critical")
    assert Follower.objects.filter(request=request).count() == PEOPLE - 1
    assert [one.link[:3] for one in crowd] == ["/t/", *["/f/"] * (PEOPLE - 1)]
    _each_adds_something(crowd)
    _the_desk_reads_it(crowd, request, xu)

    order = _repaired(request, xu, chen)

    assert WorkOrder.objects.get() == order
    _each_is_told(crowd)
    _nobody_reads_a_word_of_the_others(crowd)
    _no_link_opens_another(crowd)
    _each_has_one_survey(crowd, request)


def _each_adds_something(crowd: list[Somebody]) -> None:
    for one in crowd:
        assert one.client.post(f"{one.link}message/", {"text": f"还有：{one.word}"}).status_code == 303


def _the_desk_reads_it(crowd: list[Somebody], request: ServiceRequest, xu: User) -> None:
    desk = Client()
    desk.force_login(xu)
    page = desk.get(f"/desk/requests/{request.number}/").content.decode()
    assert [one.number for one in crowd if one.word not in page] == []


def _each_is_told(crowd: list[Somebody]) -> None:
    for one in crowd:
        kinds = list(OutMail.objects.filter(to=one.email).values_list("kind", flat=True))
        assert kinds.count("resolved" if one.link.startswith("/t/") else "followed") >= 1


def _nobody_reads_a_word_of_the_others(crowd: list[Somebody]) -> None:
    read = 0
    for one in crowd:
        others = [secret for other in crowd if other is not one for secret in other.secrets]
        for where, text in _everything_of(one):
            read += 1
            assert [secret for secret in others if secret in text] == [], (one.number, where)
    assert read > PEOPLE * 3


def _each_has_one_survey(crowd: list[Somebody], request: ServiceRequest) -> None:
    for one in crowd:
        step = "accept" if one.link.startswith("/t/") else "rate"
        for score in ("5", "4"):
            scores = {"speed": score, "attitude": score, "quality": score}
            assert one.client.post(f"{one.link}{step}/", scores).status_code == 303
    ratings = Rating.objects.filter(request=request)
    assert ratings.count() == len({rating.rater for rating in ratings}) == PEOPLE
    assert {rating.speed for rating in ratings} == {4}


def _no_link_opens_another(crowd: list[Somebody]) -> None:
    tokens_ = [one.link.strip("/").partition("/")[2] for one in crowd]

    for one, token in zip(crowd, tokens_, strict=True):
        other_door = f"/{'f' if one.link.startswith('/t/') else 't'}/{token}/"
        assert one.client.get(other_door).status_code == 404
        key, _dash, signature = token.partition("-")
        for wrong in (f"{int(key, 16) + 1:x}-{signature}", f"{key}-{signature[:-1]}x", key):
            assert Client().get(f"{one.link[:3]}{wrong}/").status_code == 404
    assert len(set(tokens_)) == PEOPLE
