"""Everything the stories are told with: places, people, services, chance and the present."""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from houqin.accounts.models import User
from houqin.demo import campus, catalogue, people
from houqin.demo.catalogue import Offer
from houqin.demo.diary import Diary
from houqin.demo.occasions import Occasion, Occasions
from houqin.demo.stories import Story
from houqin.demo.texts import read
from houqin.desk.actions.answers import answered
from houqin.desk.models import ServiceRequest
from houqin.desk.queries.catalogue import pausing_reasons
from houqin.desk.queries.priorities import Proposal, proposed
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.queries.calendars import around_the_clock, working_calendar
from houqin.org.queries.organisation import organisation
from houqin.work.models import Priority

T = TypeVar("T")

HURRIED = frozenset({Priority.URGENT, Priority.CRITICAL})


@dataclass
class World:
    """The campus, its people and what it offers; `hours` are office hours, `always` never closes."""

    now: dt.datetime
    rng: random.Random
    campus: campus.Campus
    crowd: people.Crowd
    catalogue: catalogue.Catalogue
    hours: WorkingCalendar
    always: WorkingCalendar
    low_score: int
    silence_days: int
    diary: Diary = field(default_factory=Diary)
    words: dict[str, Any] = field(default_factory=lambda: read("conversation"))
    _priorities: dict[tuple[str, str, bool], Proposal] = field(default_factory=dict)
    _pauses: dict[tuple[int, str], dict[str, list[str]]] = field(default_factory=dict)

    @property
    def occasions(self) -> Occasions:
        """What makes occasions here."""
        return Occasions(self.campus, self.crowd, self.catalogue, self.rng)

    def story(self, occasion: Occasion) -> Story:
        """A request as it is opened, with its priority and its standard."""
        offer, safety = occasion.offer, occasion.offer.service.safety
        impact = offer.service.default_impact
        chosen = self.priority(occasion.urgency, impact, safety=safety)
        requester = occasion.requester
        request = ServiceRequest(
            channel=occasion.channel,
            category=offer.service.category,
            service=offer.service,
            title=occasion.title,
            description=occasion.detail,
            answers=answered(offer.service, self._answers(offer)),
            place=occasion.place,
            place_note=occasion.place_note,
            requester=requester,
            contact_name=occasion.contact_name,
            contact_phone=occasion.contact_phone,
            contact_email=requester.email if requester else "",
            department_id=requester.department_id if requester else occasion.place.department_id,
            language=occasion.language,
            urgency=occasion.urgency,
            impact=impact,
            safety=safety,
            priority=chosen.priority,
            standard=offer.job.standard or self.catalogue.default,
            crew=offer.squad.crew,
            opened_at=occasion.at,
            is_demo=True,
        )
        story = Story(request, offer)
        written_by = self.dispatcher() if occasion.channel in {"phone", "staff"} else requester
        story.open(written_by, chosen.because)
        return story

    def priority(self, urgency: str, impact: str, *, safety: bool = False) -> Proposal:
        """What the matrix makes of it; each cell is asked once."""
        key = (urgency, impact, safety)
        if key not in self._priorities:
            self._priorities[key] = proposed(urgency=urgency, impact=impact, safety=safety)
        return self._priorities[key]

    def pausing(self, request: ServiceRequest) -> dict[str, list[str]]:
        """The hold reasons that pause its clocks at its present priority; asked once for each."""
        key = (request.standard_id or 0, request.priority)
        if key not in self._pauses:
            self._pauses[key] = pausing_reasons(request.standard, request.priority)
        return self._pauses[key]

    def dispatcher(self) -> User:
        """Who is at the desk; 许晓 most of the time."""
        return self.rng.choices(self.crowd.dispatchers, [5, 3, 2])[0]

    def one_of(self, name: str) -> Any:
        """One of the texts or groups of texts of a name."""
        return self.rng.choice(self.words[name])

    def chance(self, part: float) -> bool:
        """True in so many of 1 cases."""
        return self.rng.random() < part

    def hours_for(self, priority: str) -> WorkingCalendar:
        """When people work on it: the duty at any hour, else in office hours."""
        return self.always if priority in HURRIED else self.hours

    def later(
        self, at: dt.datetime, low: float, high: float, likely: float, hours: WorkingCalendar
    ) -> dt.datetime:
        """So many minutes of working time after `at`, by chance between the bounds, likeliest at `likely`."""
        seconds = int(self.rng.triangular(low, high, likely) * 60)
        return hours.add(at, dt.timedelta(seconds=seconds)).astimezone(dt.UTC)

    def weighted(self, choices: Mapping[T, float]) -> T:
        """One of the keys, by weight."""
        return self.rng.choices(list(choices), list(choices.values()))[0]

    def shuffled(self, some: Sequence[T]) -> list[T]:
        """The same in another order."""
        return self.rng.sample(some, len(some))

    def _answers(self, offer: Offer) -> dict[str, str]:
        """Something plausible for each question of a service; what is not required may stay open."""
        given = {}
        for question in offer.service.questions:
            if not question["required"] and self.chance(0.5):
                continue
            match question["kind"]:
                case "choice":
                    given[question["key"]] = self.rng.choice(question["choices"])["value"]
                case "yesno":
                    given[question["key"]] = "yes" if self.chance(0.15) else "no"
                case "number":
                    given[question["key"]] = str(self.rng.randint(9, 16))
                case _:
                    given[question["key"]] = self.rng.choice(["E1", "F1", "F3", "没有"])
        return given


def build(now: dt.datetime, seed: int) -> World:
    """Build the campus, gather the people and stock the catalogue, in the open transaction."""
    rng = random.Random(seed)  # noqa: S311 - chance for a demonstration, no secret
    ground = campus.build(rng)
    crowd = people.gather(ground)
    hours = working_calendar(ground.calendars["QH-OFFICE"])
    house = organisation()
    return World(
        now=now,
        rng=rng,
        campus=ground,
        crowd=crowd,
        catalogue=catalogue.stock(ground, crowd),
        hours=hours,
        always=around_the_clock(),
        low_score=house.low_score,
        silence_days=house.silence_days,
    )
