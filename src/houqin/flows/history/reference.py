"""The categories, services, departments and places that past requests name, made where they are missing."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Model

from houqin.desk.models import Category, Service
from houqin.flows.history.mapping import HistoryMapping
from houqin.flows.history.rows import HistoricRow
from houqin.kernel.text_search import pinyin_initials
from houqin.org.models import Calendar, Department, Place, PlaceType

M = TypeVar("M", bound=Model)

UNNAMED_CATEGORY = ("imported", "导入", "Imported")
CATEGORY_NAME = 40
"""Characters of a category's name: it stands on a tile."""


class Reference:
    """Leads from the names in a source to our rows, remembered for as long as an import runs.

    Names are compared without regard to case. What was found inside a transaction that is undone
    must be forgotten: make a new `Reference`.
    """

    def __init__(self, mapping: HistoryMapping) -> None:
        self.mapping = mapping
        self.categories = _by_name(Category.objects.values_list("pk", "name", "name_en"))
        self.services = _by_name(Service.objects.values_list("pk", "name", "name_en"))
        self.departments = _by_name(Department.objects.values_list("pk", "name", "name_en"))
        self.site_id = self._site()
        self.places: dict[tuple[int | None, str], int] = {
            (parent, name.casefold()): pk
            for pk, parent, name in Place.objects.filter(lineage__contains=[self.site_id]).values_list(
                "pk", "parent_id", "name"
            )
        }
        self.labels: dict[int, str] = dict(
            Place.objects.filter(lineage__contains=[self.site_id]).values_list("pk", "label")
        )

    def prepare(self, rows: Iterable[HistoricRow]) -> None:
        """Make what the rows name and we do not have, in a few statements whatever their number."""
        rows = list(rows)
        self._make_categories({row.category for row in rows})
        self._make_services({row.service: row.category for row in rows if row.service})
        self._make_departments({row.department for row in rows if row.department})
        for level in range(len(self.mapping.places)):
            self._make_places(level, {row.places[: level + 1] for row in rows if len(row.places) > level})

    def category(self, row: HistoricRow) -> int:
        """The key of the row's category."""
        return self.categories[_category_key(row.category)]

    def service(self, row: HistoricRow) -> int | None:
        """The key of the row's service, or None when it names none."""
        return self.services[row.service.casefold()] if row.service else None

    def department(self, row: HistoricRow) -> int | None:
        """The key of the row's department, or None when it names none."""
        return self.departments[row.department.casefold()] if row.department else None

    def place(self, row: HistoricRow) -> int | None:
        """The key of the innermost place the row names; the site when it names none, if there is one."""
        return self._place(row.places)

    def label(self, row: HistoricRow) -> str:
        """How that place is written."""
        place_id = self.place(row)
        return self.labels.get(place_id, "") if place_id else ""

    def _place(self, path: Sequence[str]) -> int | None:
        at: int | None = self.site_id or None
        for name in path:
            at = self.places[at, name.casefold()]
        return at

    def _site(self) -> int:
        """The key of the mapping's site, made with a calendar in the source's time zone; 0 without one."""
        mapping = self.mapping
        if not mapping.site_code:
            return 0
        found = Place.objects.filter(code=mapping.site_code).values_list("pk", flat=True).first()
        if found:
            return found
        name = mapping.site_name or mapping.site_code
        calendar, _made = Calendar.objects.get_or_create(
            code=mapping.site_code[:30],
            defaults={"name": name[:80], "time_zone": mapping.zone.key, "follows_holidays": False},
        )
        site = Place(
            type=PlaceType.SITE,
            code=mapping.site_code,
            name=name,
            name_en=mapping.site_name_en,
            calendar=calendar,
        )
        site.set_search(name, mapping.site_name_en, site.code)
        site.save()
        return site.pk

    def _make_categories(self, names: set[str]) -> None:
        missing = {
            _category_key(name): name for name in sorted(names) if _category_key(name) not in self.categories
        }
        taken = set(Category.objects.values_list("code", flat=True))
        made = []
        for name in missing.values():
            code, zh, en = (slug(name, 30, taken), name[:CATEGORY_NAME], "") if name else UNNAMED_CATEGORY
            made.append(Category(code=code, name=zh, name_en=en, position=1000, active=self.mapping.offered))
        self.categories.update(zip(missing, _created(Category, made), strict=True))

    def _make_services(self, names: dict[str, str]) -> None:
        missing = {name.casefold(): name for name in sorted(names) if name.casefold() not in self.services}
        taken = set(Service.objects.values_list("code", flat=True)) if missing else set()
        made = []
        for name in missing.values():
            service = Service(
                code=slug(name, 60, taken),
                name=name,
                category_id=self.categories[_category_key(names[name])],
                public=self.mapping.offered,
                position=1000,
            )
            service.set_search(name, service.code)
            made.append(service)
        self.services.update(zip(missing, _created(Service, made), strict=True))

    def _make_departments(self, names: set[str]) -> None:
        missing = {name.casefold(): name for name in sorted(names) if name.casefold() not in self.departments}
        taken = set(Department.objects.values_list("code", flat=True)) if missing else set()
        made = []
        for name in missing.values():
            department = Department(code=slug(name, 30, taken), name=name)
            department.set_search(name, department.code)
            made.append(department)
        self.departments.update(zip(missing, _created(Department, made), strict=True))

    def _make_places(self, level: int, paths: set[tuple[str, ...]]) -> None:
        missing = {}
        for path in sorted(paths):
            key = (self._place(path[:-1]), path[-1].casefold())
            if key not in self.places:
                missing[key] = path[-1]
        if not missing:
            return
        prefix = f"{self.mapping.site_code or slug(self.mapping.source, 12, set()).upper()}-"
        taken = set(Place.objects.filter(code__startswith=prefix).values_list("code", flat=True))
        made = []
        for (parent, _folded), name in missing.items():
            code = slug(name, 40 - len(prefix), taken, prefix=prefix)
            place = Place(parent_id=parent, type=self.mapping.place_types[level], code=code, name=name)
            place.set_search(name, code)
            made.append(place)
        keys = _created(Place, made)
        self.places.update(zip(missing, keys, strict=True))
        self.labels.update(Place.objects.filter(pk__in=keys).values_list("pk", "label"))


def slug(name: str, length: int, taken: set[str], *, prefix: str = "") -> str:
    """A code of at most `length` characters for a name, not in `taken`, and entered there.

    Latin letters and digits are kept, Chinese gives its pinyin initials. Where two names give one
    code, the second gets six digits of its hash.
    """
    initials = unicodedata.normalize("NFKD", pinyin_initials(name))
    plain = re.sub(r"[^a-z0-9]+", "-", initials.encode("ascii", "ignore").decode()).strip("-")
    plain = plain.upper() if prefix else plain
    code = prefix + plain[:length].strip("-")
    tries = 0
    while code == prefix or code in taken:
        mark = hashlib.blake2b(f"{name}{tries or ''}".encode(), digest_size=3).hexdigest()
        code = prefix + f"{plain[: length - 7]}-{mark}".lstrip("-")
        tries += 1
    taken.add(code)
    return code


def _category_key(name: str) -> str:
    return name[:CATEGORY_NAME].casefold()


def _by_name(found: Iterable[tuple[Any, ...]]) -> dict[str, int]:
    names: dict[str, int] = {}
    for pk, name, name_en in found:
        names.setdefault(name.casefold(), pk)
        if name_en:
            names.setdefault(name_en.casefold(), pk)
    return names


def _created(model: type[M], objects: list[M]) -> list[int]:
    made: list[M] = model.objects.bulk_create(objects)  # type: ignore[attr-defined]
    return [one.pk for one in made]
