"""What the triage rules say of the words a caller uses, so that nobody has to be asked what it is about."""

from dataclasses import dataclass

from houqin.desk.models import Channel, ContactKind, ProposalField
from houqin.desk.queries.trials import Trial, Tried, try_rules
from houqin.kernel.errors import Refused
from houqin.org.models import Place

_KIND = frozenset({ProposalField.CATEGORY, ProposalField.SERVICE})
_DECIDING = frozenset({"applied", "proposed"})


@dataclass(frozen=True)
class ByWords:
    """What a report is by its words: what it is about, what else the rules say, and why."""

    about: str
    also: list[str]
    because: list[str]


def by_words(said: str, place: Place | None, *, contact: str = ContactKind.NONE) -> ByWords | None:
    """What the rules say the words of a caller are about; None where they do not say it."""
    if not said.strip():
        return None
    try:
        tried = try_rules(Trial(text=said, channel=Channel.PHONE, place=place, contact=contact))
    except Refused:
        return None  # there is no category in use at all
    return _told(tried)


def _told(tried: Tried) -> ByWords | None:
    changes = [one for step in tried.steps for one in step.changes if one.holds in _DECIDING]
    about = next((one.words for one in changes if one.field in _KIND), "")
    if not about:
        return None
    also = [f"{one.label}: {one.words}" for one in changes if one.field not in _KIND]
    return ByWords(about, also, [step.because for step in tried.steps])
