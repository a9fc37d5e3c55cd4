"""Who reports what, where, when and by which door: a year of occasions, as seasons and hours have them."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from houqin.accounts.models import User
from houqin.demo.campus import Campus
from houqin.demo.catalogue import Catalogue, Offer
from houqin.demo.people import Crowd
from houqin.demo.texts import read
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.models import Place

ZONE = ZoneInfo("Asia/Shanghai")

# How busy a month is: holidays in winter and summer, the rush when the term begins in September.
MONTHS = [0.85, 0.45, 1.05, 0.95, 1.0, 1.15, 0.6, 0.5, 1.75, 1.0, 1.05, 1.05]
WEEKDAYS = [1.2, 1.1, 1.05, 1.0, 1.0, 0.5, 0.45]
DAY_OFF = 0.45

# How busy an hour is: after the first lesson, after lunch, and in the dormitories in the evening.
HOURS: dict[str, list[float]] = {
    "all": [0.4, 0.2, 0.1, 0.1, 0.1, 0.2, 1, 4, 9, 10, 8, 5, 4, 5, 9, 8, 6, 4, 4, 5, 6, 6, 4, 1.5],
    "class": [0, 0, 0, 0, 0, 0, 0, 4, 12, 11, 9, 4, 2, 6, 12, 10, 7, 3, 2, 3, 2, 0, 0, 0],
}
CHANNELS = {"qr": 38, "web": 26, "phone": 23, "staff": 8, "email": 5}
ENGLISH = 0.035
URGENT = 0.10
WITH_ACCOUNT = 0.55
NAMELESS = 0.4
WORDS = {
    "night": ("半夜", "last night"),
    "morning": ("今天早上", "this morning"),
    "noon": ("中午", "noon"),
    "afternoon": ("下午", "this afternoon"),
    "evening": ("昨晚", "last night"),
}


@dataclass(frozen=True)
class Occasion:
    """Somebody reports something."""

    at: dt.datetime
    offer: Offer
    place: Place
    title: str
    detail: str
    channel: str
    requester: User | None
    contact_name: str
    contact_phone: str
    language: str
    urgency: str
    place_note: str = ""


class Occasions:
    """Makes occasions out of chance; the same chance makes the same ones."""

    def __init__(self, campus: Campus, crowd: Crowd, catalogue: Catalogue, rng: random.Random) -> None:
        self.campus = campus
        self.crowd = crowd
        self.rng = rng
        self.offers = list(catalogue.offers.values())
        self.strangers: list[str] = read("people")["strangers"]["names"]
        self.place_notes: list[str] = read("conversation")["place_notes"]

    def over(self, first: dt.date, last: dt.date, total: int, hours: WorkingCalendar) -> Iterator[Occasion]:
        """`total` occasions on the days from the first to the last, in order of time."""
        days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
        busy = [_busy(day, hours) for day in days]
        share, due, done = total / sum(busy), 0.0, 0
        for day, weight in zip(days, busy, strict=True):
            due += weight * share
            count = round(due) - done
            done += count
            yield from sorted((self.on(day) for _number in range(count)), key=lambda one: one.at)

    def on(self, day: dt.date) -> Occasion:
        """One occasion on a day."""
        weights = [offer.weight * offer.season[day.month - 1] for offer in self.offers]
        offer = self.rng.choices(self.offers, weights)[0]
        (hour,) = self.rng.choices(range(24), HOURS[offer.hours])
        time = dt.time(hour, self.rng.randrange(60), self.rng.randrange(60))
        at = dt.datetime.combine(day, time, ZONE).astimezone(dt.UTC)
        return self.about(offer, at)

    def about(self, offer: Offer, at: dt.datetime, place: Place | None = None) -> Occasion:
        """One occasion for a service at an instant."""
        rng = self.rng
        channel = rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        requester, name, phone, language = self._who(offer, channel)
        english = language == "en"
        title, detail, *where = rng.choice(offer.english if english else offer.reports)
        groups = where[0].split() if where else list(offer.spots)
        if place is None:
            group = rng.choices(groups, [offer.spots.get(one, 1) for one in groups])[0]
            place = rng.choice(self.campus.spots[group])
        words = _words(at, place, rng)
        return Occasion(
            at=at,
            offer=offer,
            place=place,
            title=title.format(**words),
            detail=detail.format(**words),
            channel=channel,
            requester=requester,
            contact_name=name,
            contact_phone=phone,
            language=language,
            urgency=_urgency(offer, rng),
            place_note="" if english else rng.choice(self.place_notes),
        )

    def _who(self, offer: Offer, channel: str) -> tuple[User | None, str, str, str]:
        """Requester, name, phone and language: an account, or a stranger with or without a number."""
        rng = self.rng
        nameless = channel in {"qr", "web"}
        if rng.random() < ENGLISH and offer.english:
            emma = self.crowd.by_name["Emma Clarke"]
            return emma, emma.full_name, emma.phone, "en"
        if channel == "email" or rng.random() < WITH_ACCOUNT:
            person = rng.choice([one for one in self.crowd.requesters if one.language != "en"])
            return person, person.full_name, person.phone, "zh-hans"
        name = "" if nameless and rng.random() < NAMELESS else rng.choice(self.strangers)
        phone = f"1390000{rng.randrange(10_000):04d}" if name or rng.random() < NAMELESS else ""
        return None, name, phone, "zh-hans"


def _busy(day: dt.date, hours: WorkingCalendar) -> float:
    weight = MONTHS[day.month - 1] * WEEKDAYS[day.weekday()]
    working = hours.is_working_day(day)
    if working == (day.weekday() < 5):  # noqa: PLR2004 - an ordinary week
        return weight
    return MONTHS[day.month - 1] * (1.0 if working else DAY_OFF)


def _words(at: dt.datetime, place: Place, rng: random.Random) -> dict[str, Any]:
    """What the sentences of a report name."""
    hour = at.astimezone(ZONE).hour
    limits = [(6, "night"), (10, "evening"), (13, "morning"), (18, "noon"), (25, "afternoon")]
    zh, en = WORDS[next(word for limit, word in limits if hour < limit)]
    number = place.name.split(" ")[0]
    return {
        "room": number if number.isdigit() else place.name,
        "when": zh,
        "when_en": en,
        "n": rng.randint(2, 4),
    }


def _urgency(offer: Offer, rng: random.Random) -> str:
    usual = offer.service.default_urgency
    chance = rng.random()
    if usual == "normal" and chance < URGENT:
        return "high"
    return "low" if usual == "normal" and chance > 0.9 else usual  # noqa: PLR2004
