"""The tree of places: made, changed, moved, searched."""

import threading
import time
from decimal import Decimal

import pytest
from django.db import connection

from houqin.kernel.errors import Invalid, Refused
from houqin.org.actions import departments, places
from houqin.org.models import Place
from houqin.org.policies import places_below, visible_places
from houqin.org.queries.places import PlaceFilter, children, find, path, sites, tree
from houqin.org.queries.places import places as place_list


@pytest.fixture
def campus(db: None) -> dict[str, Place]:
    """东校区 > 图书馆 > 3层 > 301; and 西校区."""
    site = places.create(type="site", code="E", name="东校区", name_en="East campus")
    library = places.create(type="building", code="E-LIB", name="图书馆", name_en="Library", parent=site)
    floor = places.create(type="floor", code="E-LIB-3F", name="3层", name_en="Floor 3", parent=library)
    room = places.create(type="room", code="E-LIB-301", name="301", parent=floor, area_m2=Decimal("42.50"))
    west = places.create(type="site", code="W", name="西校区")
    return {"site": site, "library": library, "floor": floor, "room": room, "west": west}


def test_a_place_knows_where_it_stands(campus: dict[str, Place]) -> None:
    room = campus["room"]
    assert room.label == "图书馆 · 301"
    assert [place.pk for place in path(room)] == [
        campus[key].pk for key in ("site", "library", "floor", "room")
    ]
    assert list(children(campus["library"], Place.objects.all())) == [campus["floor"]]
    assert set(sites()) == {campus["site"], campus["west"]}


@pytest.mark.parametrize("text", ["tsg", "图书馆 301", "301 tushuguan", "library 301", "e-lib-301", "ＴＳＧ"])
def test_a_room_is_found_by_what_people_call_it(campus: dict[str, Place], text: str) -> None:
    assert campus["room"] in find(text, visible_places())


def test_the_exact_code_comes_first_and_nothing_finds_nothing(campus: dict[str, Place]) -> None:
    assert find("e-lib", visible_places())[0] == campus["library"]
    assert find("  ", visible_places()) == []
    assert find("不存在", visible_places()) == []


def test_a_new_name_shows_in_everything_inside(campus: dict[str, Place]) -> None:
    places.change(place=campus["library"], name="新图书馆")
    room = Place.objects.get(pk=campus["room"].pk)
    assert room.label == "新图书馆 · 301"
    assert find("xtsg 301", visible_places()) == [room]


def test_a_building_moves_with_everything_inside(campus: dict[str, Place]) -> None:
    places.move(place=campus["library"], parent=campus["west"])
    room = Place.objects.get(pk=campus["room"].pk)
    assert room.lineage == [campus[key].pk for key in ("west", "library", "floor", "room")]
    assert list(place_list(PlaceFilter(below_id=campus["site"].pk), Place.objects.all())) == [campus["site"]]


@pytest.mark.parametrize("target", ["library", "floor", "room"])
def test_nothing_moves_into_itself(campus: dict[str, Place], target: str) -> None:
    with pytest.raises(Refused):
        places.move(place=campus["library"], parent=campus[target])
    campus["library"].refresh_from_db()
    assert campus["library"].parent == campus["site"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "e-lib"}, "code"),
        ({"code": ""}, "code"),
        ({"name": ""}, "name"),
        ({"type": "castle"}, "type"),
        ({"type": "site"}, "parent"),
        ({"criticality": 6}, "criticality"),
        ({"area_m2": Decimal(-1)}, "area_m2"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_a_wrong_fact_is_refused(campus: dict[str, Place], facts: dict[str, object], field: str) -> None:
    before = Place.objects.count()
    with pytest.raises(Invalid) as refusal:
        places.create(parent=campus["site"], **{"type": "building", "code": "N", "name": "N", **facts})  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert Place.objects.count() == before


def test_a_building_does_not_stand_in_a_room(campus: dict[str, Place]) -> None:
    with pytest.raises(Invalid):
        places.move(place=campus["library"], parent=places.create(type="room", code="X", name="X"))


def test_out_of_use_with_everything_inside(campus: dict[str, Place]) -> None:
    assert places.deactivate(place=campus["library"]) == 3
    assert find("301", visible_places()) == []
    with pytest.raises(Refused):
        places.reactivate(place=campus["room"])
    assert places.reactivate(place=campus["library"]) == 3
    assert find("301", visible_places())


def test_a_building_is_filled_and_filling_again_adds_only_what_is_missing(campus: dict[str, Place]) -> None:
    made = places.fill(building=campus["library"], floors=[-1, 1, 2], rooms=3)
    assert len(made) == 12
    assert {place.code for place in made} >= {"E-LIB-B1F", "E-LIB-B101", "E-LIB-1F", "E-LIB-203"}
    again = places.fill(building=campus["library"], floors=[1, 2, 3], rooms=4)
    assert {place.code for place in again} == {
        "E-LIB-104",
        "E-LIB-204",
        "E-LIB-302",
        "E-LIB-303",
        "E-LIB-304",
    }
    room = Place.objects.get(code="E-LIB-203")
    assert room.label == "图书馆 · 203"
    assert find("tsg 203", visible_places()) == [room]
    with pytest.raises(Refused):
        places.fill(building=campus["library"], floors=range(1, 100), rooms=100)


def test_a_tree_is_in_order_and_may_be_cut(campus: dict[str, Place]) -> None:
    nodes = tree(visible_places())
    assert [(node.place.code, node.depth, node.children) for node in nodes] == [
        ("E", 0, 1),
        ("E-LIB", 1, 1),
        ("E-LIB-3F", 2, 1),
        ("E-LIB-301", 3, 0),
        ("W", 0, 0),
    ]
    assert [node.place.code for node in tree(visible_places(), levels=2)] == ["E", "E-LIB", "W"]
    below = tree(visible_places(), below=campus["library"], levels=1)
    assert [(node.place.code, node.depth) for node in below] == [("E-LIB-3F", 0)]


def test_who_sets_up_one_site_reaches_only_that(campus: dict[str, Place]) -> None:
    assert campus["west"] not in places_below([campus["site"].pk])
    assert campus["room"] in places_below([campus["site"].pk])
    assert not places_below([]).exists()
    assert places_below(None).count() == 5


@pytest.mark.django_db
def test_departments_form_no_circle() -> None:
    top = departments.create_department(code="A", name="总务处")
    part = departments.create_department(code="B", name="水电科", parent=top)
    for above in (top, part):
        with pytest.raises(Refused):
            departments.change_department(department=top, parent=above)
    with pytest.raises(Invalid):
        departments.create_department(code="b", name="x")
    partner = departments.create_partner(code="P", name="安达电梯", phone="13800000000")
    assert departments.change_partner(partner=partner, is_supplier=True).is_supplier


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_circle() -> None:
    one = places.create(type="zone", code="1", name="1")
    two = places.create(type="zone", code="2", name="2")
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def move(place: Place, parent: Place) -> None:
        barrier.wait()
        try:
            places.move(place=place, parent=parent)
            outcomes.append("moved")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "refused"]


@pytest.mark.django_db
@pytest.mark.parametrize("rooms", [10, pytest.param(110, marks=pytest.mark.long)])
def test_ways_through_a_large_tree_are_quick(rooms: int) -> None:
    """With 110 rooms on each of 90 floors there are 10,000 places."""
    parents = [places.create(type="site", code="S", name="校区")]
    for level, (count, kind) in enumerate([(9, "building"), (10, "floor"), (rooms, "room")]):
        parents = Place.objects.bulk_create(
            Place(parent=parent, type=kind, code=f"{parent.code}-{number}", name=f"{level}{number}")
            for parent in parents
            for number in range(count)
        )
    assert Place.objects.count() == 100 + 90 * rooms
    room = Place.objects.get(pk=parents[-1].pk)
    measured = {}
    for name, query in {
        "path": lambda: path(room),
        "below": lambda: list(visible_places().filter(lineage__contains=[room.lineage[1]])[:50]),
        "paths": lambda: list(Place.objects.values_list("pk", "lineage")),
    }.items():
        measured[name] = min(_seconds(query) for _number in range(5))
    assert len(path(room)) == 4
    assert measured["path"] < 0.05
    assert measured["paths"] < 0.25
    assert measured["below"] < 0.05


def _seconds(query: object) -> float:
    assert callable(query)
    start = time.perf_counter()
    query()
    return time.perf_counter() - start
