"""The list behind a figure: which address of the queue shows exactly the requests that it counts."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from houqin.accounts.models import User
from houqin.accounts.policies import may, scope
from houqin.web.insight.periods import Period

FIGURES: dict[str, dict[str, str]] = {
    "opened": {},
    "closed": {"repaired": "1"},
    "on_time": {"on_time": "yes"},
    "late": {"on_time": "no", "open": "0"},
    "open": {"open": "1"},
    "open_overdue": {"on_time": "no", "open": "1"},
}
"""What each figure of a report counts, as conditions of the queue."""


@dataclass(frozen=True)
class Lists:
    """Makes the addresses of one page; they are empty for a reader who may not open lists."""

    shown: bool
    narrow: bool
    """Whether the reader sees requests that no figure of the reader's counts."""

    def of(self, figure: str, period: Period, **line: str) -> str:
        """The list of a figure, of the whole report or of one line of it."""
        if not self.shown:
            return ""
        query = {
            "tab": "all",
            "opened_from": period.start.isoformat(),
            "opened_to": period.last.isoformat(),
            **({"figures": "1"} if self.narrow else {}),
            **line,
            **FIGURES[figure],
        }
        return f"{reverse('desk:queue')}?{urlencode(query)}"

    def promise(self, name: str, period: Period) -> str:
        """The requests of which a promise of one kind was kept, or was not (`promised.PROMISES`)."""
        return self.proposals(period, promise=name)

    def proposals(self, period: Period, **conditions: str) -> str:
        """The requests of which a triage rule said something."""
        if not self.shown:
            return ""
        query = {
            "tab": "all",
            "opened_from": period.start.isoformat(),
            "opened_to": period.last.isoformat(),
            **({"figures": "1"} if self.narrow else {}),
            **conditions,
        }
        return f"{reverse('desk:queue')}?{urlencode(query)}"

    def ratings(self, period: Period, **conditions: str) -> str:
        """The ratings behind a mean."""
        if not self.shown:
            return ""
        query = {"start": period.start.isoformat(), "last": period.last.isoformat(), **conditions}
        return f"{reverse('insight:ratings')}?{urlencode(query)}"


def lists_for(user: User) -> Lists:
    """The lists that a reader of figures may open."""
    return Lists(shown=may(user, "desk.view"), narrow=not scope(user, "insight.view").everywhere)


def page_address(request: HttpRequest, period: Period, **conditions: str) -> str:
    """The same page for the same period, with conditions."""
    query = {"start": period.start.isoformat(), "last": period.last.isoformat(), **conditions}
    return f"{request.path}?{urlencode(query)}"
