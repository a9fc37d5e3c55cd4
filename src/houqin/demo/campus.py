"""The campus is built: places with their labels, departments, working calendars, holidays."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, override

from houqin.accounts.queries.people import nobody_yet
from houqin.demo.texts import read
from houqin.kernel import clock
from houqin.org.actions import calendars as calendar_days
from houqin.org.actions import qrcodes
from houqin.org.actions.places import refresh_search
from houqin.org.models import Calendar, CalendarYear, Department, Place, PlaceType
from houqin.org.queries.organisation import organisation

PREFIX = "QH-"
"""How the codes of everything demonstration-made begin."""

SITE = "QH"


@dataclass
class Campus:
    """What was built. `spots` are places by the kind of spot, for the faults that happen there."""

    site: Place
    calendars: dict[str, Calendar]
    departments: dict[str, Department]
    spots: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))

    @property
    def places(self) -> dict[str, Place]:
        """All places by code."""
        return {place.code: place for spot in self.spots.values() for place in spot}


def build(rng: random.Random) -> Campus:
    """Make calendars, departments and places; the organisation takes the name while nobody else is there."""
    data = read("campus")
    calendars = {facts["code"]: _calendar(facts) for facts in data["calendars"]}
    Calendar.objects.bulk_create(calendars.values())
    departments = {facts["code"]: _department(facts) for facts in data["departments"]}
    Department.objects.bulk_create(departments.values())
    today = clock.today()
    for year in range(today.year - 1, today.year + 2):
        if not CalendarYear.objects.filter(year=year).exists():
            calendar_days.fill_year(year=year)
    # The holidays have given the calendars new stamps, by which their hours are kept.
    calendars = {made.code: made for made in Calendar.objects.filter(code__in=calendars)}
    site = _site(data["site"], calendars["QH-OFFICE"])
    campus = Campus(site, calendars, departments)
    _stand(campus, data, rng)
    if nobody_yet():
        _name_organisation(data["organisation"])
    return campus


def give_back_name() -> None:
    """Let the organisation have its first name again, unless somebody has given it another."""
    house, data = organisation(), read("campus")["organisation"]
    if house.name != data["name"]:
        return
    with override("zh-hans"):
        house.name = gettext("Logistics support")
    house.name_en, house.emergency_phone = "Logistics support", ""
    house.save(update_fields=["name", "name_en", "emergency_phone"])


def _calendar(facts: dict[str, Any]) -> Calendar:
    return Calendar(
        code=facts["code"],
        name=facts["name"],
        name_en=facts["name_en"],
        follows_holidays=facts["follows_holidays"],
        weekly={str(day): facts["windows"] for day in facts["weekdays"]},
    )


def _department(facts: dict[str, str]) -> Department:
    made = Department(**facts)
    made.set_search(made.code, made.name, made.name_en)
    return made


def _site(facts: dict[str, Any], calendar: Calendar) -> Place:
    return Place.objects.create(type=PlaceType.SITE, calendar=calendar, criticality=4, **facts)


def _stand(campus: Campus, data: dict[str, Any], rng: random.Random) -> None:
    """Put buildings, floors, rooms and grounds on the site, level by level, labelled by the database."""
    buildings = [
        Place(
            parent=campus.site,
            type=PlaceType.BUILDING,
            position=number,
            department=campus.departments[facts["department"]],
            **{name: facts[name] for name in ("code", "name", "name_en", "use", "area_m2", "criticality")},
        )
        for number, facts in enumerate(data["buildings"])
    ]
    grounds = [
        Place(parent=campus.site, position=10 + number, **{k: v for k, v in facts.items() if k != "group"})
        for number, facts in enumerate(data["grounds"])
    ]
    Place.objects.bulk_create([*buildings, *grounds])
    floors = [
        _floor(building, number)
        for building, facts in zip(buildings, data["buildings"], strict=True)
        for number in range(1, facts["floors"] + 1)
    ]
    Place.objects.bulk_create(floors)
    plans = {facts["code"]: facts for facts in data["buildings"]}
    rooms = [
        pair
        for floor in floors
        if floor.parent
        for pair in _rooms(floor, floor.parent, plans[floor.parent.code], rng)
    ]
    Place.objects.bulk_create(place for _group, place in rooms)
    _find(campus, [("building", one) for one in buildings] + [("floor", one) for one in floors] + rooms)
    _find(campus, [(facts["group"], place) for facts, place in zip(data["grounds"], grounds, strict=True)])
    refresh_search(Place.objects.filter(lineage__contains=[campus.site.pk]))
    qrcodes.make_for(places=[place for _group, place in rooms] + grounds)


def _find(campus: Campus, placed: list[tuple[str, Place]]) -> None:
    """File places under their kind of spot, read anew with the labels the database gave them."""
    labelled = Place.objects.in_bulk([place.pk for _group, place in placed])
    for group, place in placed:
        campus.spots[group].append(labelled[place.pk])


def _floor(building: Place, number: int) -> Place:
    return Place(
        parent=building,
        type=PlaceType.FLOOR,
        code=f"{building.code}-{number}F",
        name=f"{number}层",
        name_en=f"Floor {number}",
        position=number,
    )


def _rooms(
    floor: Place, building: Place, plan: dict[str, Any], rng: random.Random
) -> list[tuple[str, Place]]:
    """The rooms of a floor as its building's plan has them, numbered through, each with its kind of spot."""
    made: list[tuple[str, Place]] = []
    for facts in plan["rooms"]:
        for _index in range(facts["count"]):
            number = f"{floor.position}{len(made) + 1:02d}"
            low, high = facts["area"]
            room = Place(
                parent=floor,
                type=PlaceType.ROOM,
                code=f"{building.code}-{number}",
                name=facts["name"].format(number=number),
                name_en=facts["name_en"].format(number=number),
                use=facts["use"],
                area_m2=Decimal(rng.randint(low * 10, high * 10)) / 10,
                criticality=facts.get("criticality", 3),
                position=len(made) + 1,
            )
            made.append((facts["group"], room))
    return made


def _name_organisation(facts: dict[str, str]) -> None:
    house = organisation()
    for name, value in facts.items():
        setattr(house, name, value)
    house.save(update_fields=list(facts))
