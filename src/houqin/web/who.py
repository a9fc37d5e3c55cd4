"""Who could go: the three best with their reasons, the others, and those in whose way something stands."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from houqin.kernel import clock
from houqin.kernel.text_search import search_text
from houqin.staffing.models import CrewMember
from houqin.staffing.queries.crews import memberships_on
from houqin.staffing.queries.licences import valid_on
from houqin.web.reasons import Why, barred, reasons
from houqin.work.actions.dispatching import naming
from houqin.work.models import DispatchMode, WorkOrder
from houqin.work.queries.candidates import Candidate, anybody, candidates
from houqin.work.queries.eligibility import Job

BEST = 3

RULES: dict[str, Promise] = {
    DispatchMode.ROTATION: gettext_lazy("The rule of this job type: in turn, whoever has waited longest."),
    DispatchMode.LOAD: gettext_lazy("The rule of this job type: whoever has the least of the day taken."),
    DispatchMode.BEST: gettext_lazy("The rule: the best score among those of the trade."),
}
"""What a rule does, before it is asked."""


@dataclass(frozen=True)
class Choice:
    """Somebody in the list: `letters` is what typing finds them by, `sentence` what is in their way."""

    one: Candidate
    crew: str
    why: list[Why]
    letters: str
    sentence: str


@dataclass(frozen=True)
class Who:
    """Everybody an order could go to; `rule` says what the rule would do."""

    best: list[Choice]
    others: list[Choice]
    barred: list[Choice]
    rule: str

    @property
    def people(self) -> list[Choice]:
        """All of them."""
        return [*self.best, *self.others, *self.barred]


def who_could_go(order: WorkOrder) -> Who:
    """The people for an order, which may not have been raised yet; a fixed number of statements."""
    found = choices(order, candidates(order, anybody(order)))
    able = [one for one in found if not one.one.hurdles]
    rule = str(RULES[naming(order.job_type)])
    return Who(able[:BEST], able[BEST:], [one for one in found if one.one.hurdles], rule)


def choices(order: WorkOrder, found: list[Candidate]) -> list[Choice]:
    """The candidates as a list shows them: with a crew of theirs and the reasons. Three statements."""
    ids = [one.worker.pk for one in found]
    members = CrewMember.objects.filter(memberships_on(clock.today()), user__in=ids, crew__active=True)
    crews = {member.user_id: str(member.crew) for member in members.select_related("crew")}
    kinds = list(order.job_type.licences.all()) if order.job_type.pk else []
    papers = valid_on(ids, kinds, timezone.localdate(Job.of(order).slot.start))
    shown = []
    for one in found:
        crew = crews.get(one.worker.pk, "")
        told = [_holds(str(each.kind), each.valid_until) for each in papers[one.worker.pk]]
        letters = search_text(crew, person_names=[one.worker.full_name])
        shown.append(Choice(one, crew, _reasons(one, told), letters, barred(one)))
    return shown


def _reasons(one: Candidate, papers: list[str]) -> list[Why]:
    """The trade, licences and presence, then what makes one better than the other."""
    if one.hurdles:
        return []
    trade, *rest = reasons(one)
    there = pgettext("reason", "on duty, not on leave")
    return [trade, *(Why(good=True, text=text) for text in (*papers, there)), *rest]


def _holds(licence: str, until: object) -> str:
    day = date_format(until, "DATE_FORMAT")  # type: ignore[arg-type]
    return _("%(licence)s until %(day)s") % {"licence": licence, "day": day}
