"""One row of a source as the facts of a past request."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from houqin.desk.models import Channel
from houqin.flows.history.mapping import HistoryMapping, nearest
from houqin.kernel.errors import Invalid
from houqin.work.models import Priority

EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
LEEWAY = dt.timedelta(days=1)
"""How far ahead of our clock a source's clock may be."""

CLOSED_BEFORE_OPENED = "closed_before_opened"
CLOSED_WITHOUT_TIME = "closed_without_time"
OPEN_WITH_CLOSING_TIME = "open_with_closing_time"

LENGTHS = {
    "id": 120,
    "description": 10_000,
    "note": 10_000,
    "channel": 80,
    "department": 120,
    "category": 120,
    "service": 120,
    "place_note": 200,
    "contact_name": 80,
    "contact_phone": 30,
    "contact_email": 254,
    "technician": 80,
}
PLACE_LENGTH = 120
TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricRow:
    """A past request. Instants are in UTC with second precision; `places` is the path below the site."""

    external_id: str
    opened_at: dt.datetime
    target_at: dt.datetime | None
    closed_at: dt.datetime | None
    title: str
    description: str
    note: str
    channel: str
    channel_name: str
    department: str
    category: str
    service: str
    places: tuple[str, ...]
    place_note: str
    contact_name: str
    contact_phone: str
    contact_email: str
    priority: str
    language: str
    flags: tuple[str, ...]
    technician: str = ""
    """Who had it in the source, by sign-in name or full name."""

    def digest(self) -> str:
        """32 hexadecimal digits that differ whenever a fact differs.

        A row without a technician has the digest it had before sources could name one.
        """
        facts = (*_facts(self), *([self.technician] if self.technician else []))
        return hashlib.blake2b(repr(facts).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


_facts = attrgetter(*(field.name for field in fields(HistoricRow) if field.name != "technician"))


class RowReader:
    """Makes a `HistoricRow` of the cells of a row, or says what is wrong with it."""

    def __init__(self, mapping: HistoryMapping, columns: Sequence[str], now: dt.datetime) -> None:
        """Find the mapped columns; raises `Invalid` naming the first that the file lacks."""
        self.mapping = mapping
        self.width = len(columns)
        self.latest = now + LEEWAY
        at = {name: index for index, name in reversed(list(enumerate(columns)))}
        for name in mapping.wanted_columns():
            if name not in at:
                raise Invalid(_missing(name, columns))
        self.at = {field: at[name] for field, name in mapping.columns.items()}
        self.places_at = [at[name] for name in mapping.places]

    def read(self, cells: Sequence[str]) -> HistoricRow:
        """The facts of one row. Raises `Invalid` with the reason why it cannot be stored."""
        if len(cells) != self.width:
            raise Invalid(
                _("The row has %(found)s fields; the heading has %(wanted)s.")
                % {"found": len(cells), "wanted": self.width}
            )
        texts = {name: self._text(cells, name) for name in (*LENGTHS, "title", "status", "priority")}
        if not texts["id"]:
            raise Invalid(_("The row has no id."))
        opened = self._instant(cells, "opened")
        if opened is None:
            raise Invalid(_("The row does not say when it was opened."))
        target, closed = self._instant(cells, "target"), self._instant(cells, "closed")
        self._require_past(opened, closed)
        closed_at, flags = self._closing(texts["status"], opened, closed)
        title, description = self._title(texts)
        defaults = self.mapping.defaults
        return HistoricRow(
            external_id=texts["id"],
            opened_at=opened,
            target_at=target,
            closed_at=closed_at,
            title=title,
            description=description,
            note=texts["note"],
            channel=self._channel(texts["channel"]),
            channel_name=texts["channel"],
            department=texts["department"] or defaults.get("department", ""),
            category=texts["category"] or defaults.get("category", "") or texts["service"],
            service=texts["service"] or defaults.get("service", ""),
            places=self._places(cells),
            place_note=texts["place_note"],
            contact_name=texts["contact_name"],
            contact_phone=texts["contact_phone"],
            contact_email=_email(texts["contact_email"]),
            priority=self._priority(texts["priority"]),
            language=defaults.get("language", "zh-hans"),
            flags=flags,
            technician=texts["technician"],
        )

    def _text(self, cells: Sequence[str], name: str) -> str:
        index = self.at.get(name)
        text = "" if index is None else cells[index]
        if len(text) > LENGTHS.get(name, len(text)):
            raise Invalid(
                _("%(column)s has %(found)s characters; at most %(limit)s can be stored.")
                % {"column": self.mapping.columns[name], "found": len(text), "limit": LENGTHS[name]}
            )
        return text

    def _places(self, cells: Sequence[str]) -> tuple[str, ...]:
        names = []
        for index, column in zip(self.places_at, self.mapping.places, strict=True):
            name = cells[index]
            if not name:
                break
            if len(name) > PLACE_LENGTH:
                raise Invalid(
                    _("%(column)s has %(found)s characters; at most %(limit)s can be stored.")
                    % {"column": column, "found": len(name), "limit": PLACE_LENGTH}
                )
            names.append(name)
        return tuple(names)

    def _instant(self, cells: Sequence[str], name: str) -> dt.datetime | None:
        index = self.at.get(name)
        if index is None or not (value := cells[index]):
            return None
        local = self._parsed(value, self.mapping.columns[name])
        local = local if local.tzinfo else local.replace(tzinfo=self.mapping.zone)
        try:
            instant = local.astimezone(dt.UTC).replace(microsecond=0)
        except OverflowError:
            instant = LATEST
        if not EARLIEST <= instant < LATEST:
            raise Invalid(
                _("%(column)s is %(value)s; only the years 1990 to 2099 can be stored.")
                % {"column": self.mapping.columns[name], "value": value}
            )
        return instant

    def _parsed(self, text: str, column: str) -> dt.datetime:
        for one in self.mapping.date_formats:
            try:
                return dt.datetime.strptime(text, one)  # noqa: DTZ007 - local to the mapping's zone
            except ValueError:
                continue
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError as error:
            raise Invalid(
                _("%(column)s is %(value)s, which is not a time in the form %(form)s.")
                % {
                    "column": column,
                    "value": text[:40],
                    "form": " / ".join(self.mapping.date_formats) or "2015-01-31 19:25:55",
                }
            ) from error

    def _require_past(self, *instants: dt.datetime | None) -> None:
        if any(instant is not None and instant > self.latest for instant in instants):
            raise Invalid(_("The row is opened or closed in the future."))

    def _closing(
        self, status: str, opened: dt.datetime, closed: dt.datetime | None
    ) -> tuple[dt.datetime | None, tuple[str, ...]]:
        """When the request was closed, if it is, and how the row contradicts itself.

        A mapped status decides; without one the closing time does. Closed without a time is
        stored as open, because no time can be invented for it.
        """
        state = self._code("status", status) if status else ""
        if state == "closed" and closed is None:
            return None, (CLOSED_WITHOUT_TIME,)
        if state == "open" and closed is not None:
            return None, (OPEN_WITH_CLOSING_TIME,)
        return closed, ((CLOSED_BEFORE_OPENED,) if closed is not None and closed < opened else ())

    def _title(self, texts: dict[str, str]) -> tuple[str, str]:
        """A title of one line; what does not fit into it goes to the description."""
        title, description = texts["title"], texts["description"]
        if not title:
            title = description or texts["service"] or texts["category"] or _("Imported request")
        line = title.splitlines()[0].strip()
        if len(line) > TITLE_LENGTH or line != title:
            description = description or title
            if len(description) > LENGTHS["description"]:
                raise Invalid(
                    _("%(column)s has %(found)s characters; at most %(limit)s can be stored.")
                    % {
                        "column": self.mapping.columns.get("title", "title"),
                        "found": len(description),
                        "limit": LENGTHS["description"],
                    }
                )
        return line[:TITLE_LENGTH], description

    def _channel(self, word: str) -> str:
        default = self.mapping.defaults.get("channel") or Channel.IMPORTED.value
        return self.mapping.codes["channel"].get(word.casefold(), default)

    def _priority(self, word: str) -> str:
        if not word:
            return self.mapping.defaults.get("priority") or Priority.NORMAL.value
        return self._code("priority", word)

    def _code(self, name: str, word: str) -> str:
        codes = self.mapping.codes[name]
        found = codes.get(word.casefold())
        if found is None:
            raise Invalid(
                _("%(column)s is %(value)s; the mapping knows: %(names)s.")
                % {
                    "column": self.mapping.columns[name],
                    "value": word[:40],
                    "names": ", ".join(sorted(codes)) or "-",
                }
            )
        return found


def _missing(name: str, columns: Sequence[str]) -> str:
    near = nearest(name, [column for column in columns if column])
    if near:
        return _(
            "The mapping names the column %(name)s; the file has no such column. The nearest is %(near)s."
        ) % {
            "name": name,
            "near": near,
        }
    return _("The mapping names the column %(name)s; the file has no such column. It has: %(names)s.") % {
        "name": name,
        "names": ", ".join(columns[:40]),
    }


def _email(text: str) -> str:
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise Invalid(_("%(value)s is not an e-mail address.") % {"value": text[:60]}) from error
    return text
