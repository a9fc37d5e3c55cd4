"""To whom work may be given: the choice of a technician or a crew, and an appointment."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.staffing.models import Crew
from houqin.web.fields import moment_field
from houqin.work.models import WorkOrder
from houqin.work.queries.load import Candidate, candidates


class WhomFields(forms.Form):
    """A technician or a crew, and when. Both may stay empty where nobody has to be named yet."""

    worker = forms.TypedChoiceField(
        label=gettext_lazy("Technician"), coerce=int, empty_value=None, required=False
    )
    crew = forms.ModelChoiceField(
        label=gettext_lazy("Crew"),
        queryset=Crew.objects.filter(active=True),
        required=False,
        empty_label=gettext_lazy("by the technician"),
    )
    scheduled_from = moment_field(gettext_lazy("Appointment from"))
    scheduled_until = moment_field(gettext_lazy("Appointment until"))

    def propose(self, order: WorkOrder, *, crew: Crew | None) -> None:
        """List everybody who could do it, people of the trade first; `crew` is the one to begin with."""
        found = candidates(order)
        self.fields["worker"].choices = [  # type: ignore[attr-defined]
            ("", _("nobody yet")),
            *((one.worker.pk, named(one)) for one in found),
        ]
        self.initial.setdefault("crew", crew)

    def whom(self) -> dict[str, Any]:
        """Who and when, as the flows take it. A technician alone brings the own crew along."""
        given = self.cleaned_data
        worker = given["worker"]
        crew: Crew | None = given["crew"]
        return {
            "worker_id": worker,
            "crew_id": crew.pk if crew and (worker is None or "crew" in self.changed_data) else None,
            "scheduled_from": given["scheduled_from"],
            "scheduled_until": given["scheduled_until"],
        }


def named(candidate: Candidate) -> str:
    """A candidate with what is at hand already."""
    facts = {"name": candidate.worker, "orders": candidate.load.orders}
    if not candidate.in_trade:
        return _("%(name)s (other trade, %(orders)s at hand)") % facts
    return _("%(name)s (%(orders)s at hand)") % facts
