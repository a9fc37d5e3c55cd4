"""What the events of a request amount to."""

from collections.abc import Iterable

from houqin.desk.models import RequestEvent, RequestStatus
from houqin.desk.models.requests import REQUEST_MOVES


class BrokenHistoryError(ValueError):
    """The events of a request do not follow from one another."""


def replayed(events: Iterable[RequestEvent]) -> str:
    """The state the events lead to, one after the other, from `new` on.

    An imported event may lead anywhere. Raises `BrokenHistoryError` for an event that does not start
    where the one before ended, or for a move the machine does not have.
    """
    state: str = RequestStatus.NEW
    for event in events:
        if not event.to_status:
            continue
        follows = event.from_status == state and event.to_status in REQUEST_MOVES.reachable(state)
        if not event.imported and not follows:
            raise BrokenHistoryError(
                f"event {event.pk}: {event.from_status} → {event.to_status}, but it was {state}"
            )
        state = event.to_status
    return state
