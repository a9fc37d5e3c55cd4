"""Ordered rules over reports: which of them fit, and what they say. No tables; one pass, so no loop.

Words are looked for in normalised text (`text_search.normalise`: one width, lower case, single
spaces). A word that begins or ends with a Latin letter or digit is found as a whole word only
(“lock” is not in “block”), unless it ends with a star (“leak*” is in “leaking”); Chinese is found
anywhere. Looking takes time linear in the length of the text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from houqin.kernel.text_search import normalise

KIND = "kind"
"""What a rule says it is about: a category or a service; the other things it may say are plain fields."""

WORKING, OUTSIDE, DAY_OFF = "working", "outside", "day_off"
STAR = "*"
MINUTES_OF_A_DAY = 24 * 60
_FIRST_OF_THE_EAST = "\u2e80"

Value = str | int | bool
Window = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is known of a report. `text` is normalised, `domain` in lower case.

    `places` are the place and all above it; `minute` counts from local midnight. `category` and
    `service` are what a person chose; none where nobody did.
    """

    text: str = ""
    channel: str = ""
    contact: str = ""
    domain: str = ""
    places: frozenset[int] = frozenset()
    department: int | None = None
    category: int | None = None
    service: int | None = None
    minute: int = 0
    is_open: bool = True
    is_working_day: bool = True


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """When a rule fits: all of what is set must hold; nothing set fits everything.

    `some` are words of which one is enough, `every` those that must all be there, `none` those that
    must not. `unknown` asks that neither a person nor an earlier rule has said what it is about.
    `hours` is empty or `WORKING`, `OUTSIDE`, `DAY_OFF`. `window` is two minutes of the day, the last
    one left out; an end that is not after the start lies on the next day.
    """

    some: tuple[str, ...] = ()
    every: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    channels: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    place: int | None = None
    departments: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    services: frozenset[int] = frozenset()
    unknown: bool = False
    hours: str = ""
    window: Window | None = None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A category, or a service with its category."""

    category: int
    service: int | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule by its `key`: when it fits, what it says, and whether those behind it are still asked."""

    key: int
    when: Conditions
    then: Mapping[str, Value | Kind] = field(default_factory=dict)
    stops: bool = False


@dataclass(frozen=True)
class Fit:
    """A rule that fits: the words it found, what it decides, and what was decided before it."""

    key: int
    words: tuple[str, ...]
    decides: Mapping[str, Value | Kind]
    too_late: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """The rules that fit, in order; `stopped` where the last of them keeps the others from being asked."""

    fits: tuple[Fit, ...]
    stopped: bool

    def decided(self) -> dict[str, tuple[int, Value | Kind]]:
        """What the rules say of each field, and the rule that says it."""
        return {name: (fit.key, value) for fit in self.fits for name, value in fit.decides.items()}


def judged(rules: Iterable[Rule], case: Case) -> Outcome:
    """Ask the rules in their order, each once. The first that says something of a field decides it.

    Where no person chose a category, later rules see the one that an earlier rule said.
    """
    fits: list[Fit] = []
    decided: set[str] = set()
    stopped = False
    for rule in rules:
        words = _fitting(rule.when, case)
        if words is None:
            continue
        news = {name: value for name, value in rule.then.items() if name not in decided}
        fits.append(Fit(rule.key, words, news, tuple(name for name in rule.then if name in decided)))
        decided |= news.keys()
        kind = news.get(KIND)
        if isinstance(kind, Kind) and case.category is None:
            case = replace(case, category=kind.category, service=kind.service)
        if rule.stops:
            stopped = True
            break
    return Outcome(tuple(fits), stopped)


def holds(text: str, word: str) -> bool:
    """Tell whether a normalised text holds a normalised word; see the module for what that means."""
    stem, open_end = (word[: -len(STAR)], True) if word.endswith(STAR) else (word, False)
    at = text.find(stem) if stem else -1
    while at >= 0:
        end = at + len(stem)
        if _is_edge(text, at, at - 1) and (open_end or _is_edge(text, end - 1, end)):
            return True
        at = text.find(stem, at + 1)
    return False


def clean_words(words: Iterable[str]) -> tuple[str, ...]:
    """The words as they are looked for: normalised, each once, without those that say nothing."""
    normal = (normalise(word) for word in words)
    return tuple(dict.fromkeys(word for word in normal if word.strip(STAR)))


def _fitting(when: Conditions, case: Case) -> tuple[str, ...] | None:
    """The words found, or None where a condition does not hold. The cheap conditions are asked first."""
    if not (_came_so(when, case) and _is_there(when, case) and _at_that_time(when, case)):
        return None
    return _words_found(when, case.text)


def _came_so(when: Conditions, case: Case) -> bool:
    return (
        (not when.channels or case.channel in when.channels)
        and (not when.contacts or case.contact in when.contacts)
        and (not when.domains or any(_inside(case.domain, domain) for domain in when.domains))
        and (not when.categories or case.category in when.categories)
        and (not when.services or case.service in when.services)
        and (not when.unknown or case.category is None)
    )


def _is_there(when: Conditions, case: Case) -> bool:
    return (when.place is None or when.place in case.places) and (
        not when.departments or case.department in when.departments
    )


def _at_that_time(when: Conditions, case: Case) -> bool:
    hours = {"": True, WORKING: case.is_open, OUTSIDE: not case.is_open, DAY_OFF: not case.is_working_day}
    return hours[when.hours] and (when.window is None or _within(case.minute, when.window))


def _words_found(when: Conditions, text: str) -> tuple[str, ...] | None:
    some = tuple(word for word in when.some if holds(text, word))
    if when.some and not some:
        return None
    if not all(holds(text, word) for word in when.every) or any(holds(text, word) for word in when.none):
        return None
    return tuple(dict.fromkeys([*when.every, *some]))


def _inside(domain: str, of: str) -> bool:
    return domain == of or domain.endswith(f".{of}")


def _within(minute: int, window: Window) -> bool:
    begins, ends = window
    return begins <= minute < ends if begins < ends else minute >= begins or minute < ends


def _is_edge(text: str, inner: int, outer: int) -> bool:
    """True unless a Latin letter or digit of the word goes on outside it."""
    if not 0 <= outer < len(text):
        return True
    return not (_is_latin(text[inner]) and _is_latin(text[outer]))


def _is_latin(char: str) -> bool:
    return char < _FIRST_OF_THE_EAST and char.isalnum()


def words_in(rules: Sequence[Rule]) -> int:
    """How many words the rules look for, all in all."""
    return sum(len(rule.when.some) + len(rule.when.every) + len(rule.when.none) for rule in rules)
