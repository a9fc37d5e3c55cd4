"""What a mapping file says about a table of past requests.

A mapping is TOML. `[source]` names the source, its time zone and its date formats, `[columns]`
says which column holds what, `[codes]` translates the source's words, `[defaults]` fills gaps and
`[site]` is the place below which the source's places are made. `docs/operate/import-requests.md`
describes every key.
"""

import datetime as dt
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from houqin.desk.models import Channel
from houqin.kernel.errors import Invalid
from houqin.org.models import PlaceType
from houqin.work.models import Priority

FIELDS = (
    "id",
    "opened",
    "target",
    "closed",
    "status",
    "title",
    "description",
    "note",
    "channel",
    "department",
    "category",
    "service",
    "place_note",
    "contact_name",
    "contact_phone",
    "contact_email",
    "priority",
    "technician",
)
NEEDED = ("id", "opened")
STATES = ("open", "closed")
CODES: dict[str, tuple[str, ...]] = {
    "status": STATES,
    "channel": tuple(Channel.values),
    "priority": tuple(Priority.values),
}
DEFAULTS = ("channel", "priority", "category", "service", "department", "language")
LENGTHS = {"source.name": 60, "site.code": 24, "site.name": 80, "site.name_en": 80}
KEYS: dict[str, tuple[str, ...]] = {
    "source": ("name", "time_zone", "dates"),
    "columns": (*FIELDS, "places"),
    "codes": tuple(CODES),
    "defaults": DEFAULTS,
    "site": ("code", "name", "name_en"),
    "places": ("types",),
    "catalogue": ("offered",),
    "notes": ("public",),
}


@dataclass(frozen=True, kw_only=True)
class HistoryMapping:
    """How the columns of one source become requests.

    `columns` leads from our field to the source's column; `places` are the columns of the place
    path, outermost first, and `place_types` their types. Times without an offset are local to
    `zone`; of the two readings of the hour repeated in autumn the earlier one is taken.
    """

    source: str
    zone: ZoneInfo
    date_formats: tuple[str, ...]
    columns: Mapping[str, str]
    places: tuple[str, ...]
    place_types: tuple[str, ...]
    codes: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, str]
    site_code: str
    site_name: str
    site_name_en: str
    offered: bool
    notes_public: bool

    def wanted_columns(self) -> list[str]:
        """Every column of the source that the mapping names."""
        return [*self.columns.values(), *self.places]


def read_mapping(path: Path) -> HistoryMapping:
    """The mapping in a TOML file.

    Raises `Invalid` with a sentence that names the key and, for a wrong name, the nearest right
    one.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Invalid(_("There is no mapping %(file)s.") % {"file": path}) from error
    except OSError as error:
        raise Invalid(_("The mapping %(file)s cannot be read.") % {"file": path}) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(
            _("The mapping %(file)s is not valid TOML: %(what)s") % {"file": path, "what": error}
        ) from error
    return _mapping(found)


def _mapping(found: dict[str, Any]) -> HistoryMapping:
    _known(found, KEYS, where="")
    tables = {name: _table(found, name) for name in KEYS}
    for name, table in tables.items():
        _known(table, KEYS[name], where=name)
    source, columns, site = tables["source"], tables["columns"], tables["site"]
    places = _texts(columns.get("places", []), "columns.places")
    return HistoryMapping(
        source=_needed(source, "source", "name"),
        zone=_zone(_needed(source, "source", "time_zone")),
        date_formats=_formats(source.get("dates", [])),
        columns=_columns(columns),
        places=places,
        place_types=_place_types(tables["places"].get("types", []), len(places)),
        codes={name: _codes(name, tables["codes"].get(name, {})) for name in CODES},
        defaults=_defaults(tables["defaults"]),
        site_code=_text(site.get("code", ""), "site.code"),
        site_name=_text(site.get("name", ""), "site.name"),
        site_name_en=_text(site.get("name_en", ""), "site.name_en"),
        offered=bool(tables["catalogue"].get("offered", False)),
        notes_public=bool(tables["notes"].get("public", False)),
    )


def nearest(name: str, among: Collection[str]) -> str:
    """The name among `among` that looks most like `name`, or an empty text."""
    folded = {one.casefold(): one for one in among}
    close = get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.5)
    return folded[close[0]] if close else ""


def _known(found: Mapping[str, Any], names: Collection[str], *, where: str) -> None:
    for name in found:
        if name not in names:
            facts = {"name": f"{where}.{name}" if where else name, "names": ", ".join(names)}
            near = nearest(name, names)
            if near:
                sentence = _("The mapping has %(name)s, which is not known. Is %(near)s meant?")
                raise Invalid(sentence % {**facts, "near": near})
            raise Invalid(_("The mapping has %(name)s, which is not known. Known: %(names)s.") % facts)


def _table(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = found.get(name, {})
    if not isinstance(table, dict):
        raise Invalid(_("In the mapping, [%(name)s] must be a table.") % {"name": name})
    return table


def _needed(table: Mapping[str, Any], where: str, name: str) -> str:
    text = _text(table.get(name, ""), f"{where}.{name}")
    if not text:
        raise Invalid(_("The mapping lacks %(name)s.") % {"name": f"{where}.{name}"})
    return text


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise Invalid(_("In the mapping, %(name)s must be a text in quotes.") % {"name": name})
    text, limit = value.strip(), LENGTHS.get(name, len(value))
    if len(text) > limit:
        raise Invalid(
            _("In the mapping, %(name)s may have at most %(limit)s characters.")
            % {"name": name, "limit": limit}
        )
    return text


def _texts(value: Any, name: str) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list):
        raise Invalid(_("In the mapping, %(name)s must be a list of texts.") % {"name": name})
    return tuple(_text(one, name) for one in values)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(
            _("The mapping names the time zone %(name)s, which is not known. Write it like America/New_York.")
            % {"name": name}
        ) from error


def _formats(value: Any) -> tuple[str, ...]:
    formats = _texts(value, "source.dates")
    sample = dt.datetime(2015, 11, 23, 16, 5, 9, tzinfo=dt.UTC)
    for one in formats:
        try:
            dt.datetime.strptime(sample.strftime(one), one)  # noqa: DTZ007 - only tries the format
        except ValueError as error:
            raise Invalid(
                _("The mapping's date format %(format)s cannot be read back.") % {"format": one}
            ) from error
    return formats


def _columns(table: Mapping[str, Any]) -> dict[str, str]:
    columns = {name: _text(value, f"columns.{name}") for name, value in table.items() if name != "places"}
    for name in NEEDED:
        if not columns.get(name):
            raise Invalid(_("The mapping lacks %(name)s.") % {"name": f"columns.{name}"})
    return columns


def _place_types(value: Any, levels: int) -> tuple[str, ...]:
    types = _texts(value, "places.types") or (PlaceType.ZONE.value,) * levels
    for one in types:
        if one not in PlaceType.values or one == PlaceType.SITE:
            names = ", ".join(name for name in PlaceType.values if name != PlaceType.SITE)
            raise Invalid(
                _("The mapping's place type %(name)s is not known. Known: %(names)s.")
                % {"name": one, "names": names}
            )
    if len(types) != levels:
        raise Invalid(_("The mapping must name one place type for each place column."))
    return types


def _codes(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Invalid(_("In the mapping, [%(name)s] must be a table.") % {"name": f"codes.{name}"})
    codes = {word.strip().casefold(): _text(code, f"codes.{name}") for word, code in value.items()}
    for code in codes.values():
        if code not in CODES[name]:
            facts = {"name": f"codes.{name}", "code": code, "names": ", ".join(CODES[name])}
            raise Invalid(_("In the mapping, %(name)s leads to %(code)s. Possible: %(names)s.") % facts)
    return codes


def _defaults(table: Mapping[str, Any]) -> dict[str, str]:
    given = {name: _text(value, f"defaults.{name}") for name, value in table.items()}
    for name in ("channel", "priority"):
        if given.get(name) and given[name] not in CODES[name]:
            facts = {"name": f"defaults.{name}", "code": given[name], "names": ", ".join(CODES[name])}
            raise Invalid(_("In the mapping, %(name)s leads to %(code)s. Possible: %(names)s.") % facts)
    return given
