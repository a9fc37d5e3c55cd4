"""The history of changes: who changed what, as the database kept it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from houqin.accounts.policies import may
from houqin.journal.queries.history import DELETE, INSERT, UPDATE, FieldChange, HistoryFilter, history, tables
from houqin.journal.tables import word
from houqin.web.access import person_of, requires
from houqin.web.lists import numbers
from houqin.web.setup.reach import require_everywhere

FIRST, MOST_AT_ONCE = 3, 6
"""How many fields of a change stand open, and how many when that is all of them."""

VERBS = {
    INSERT: pgettext_lazy("history", "made"),
    UPDATE: pgettext_lazy("history", "changed"),
    DELETE: pgettext_lazy("history", "deleted"),
}


def _kinds() -> list[tuple[str, str]]:
    named = [(key, word(model.pgh_tracked_model)) for key, model in tables().items()]
    return [("", str(_("all"))), *sorted(named, key=lambda kind: kind[1])]


class HistoryForm(forms.Form):
    """What the history is narrowed to."""

    table = forms.ChoiceField(label=pgettext_lazy("history", "What"), choices=_kinds, required=False)
    who = forms.CharField(label=_("user name"), max_length=60, required=False)
    since = forms.DateField(
        label=_("from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def wanted(self, object_id: int | None) -> HistoryFilter:
        """The filter; a value that is none narrows nothing."""
        self.is_valid()
        given = self.cleaned_data
        return HistoryFilter(
            table=given.get("table", ""),
            object_id=object_id,
            who=given.get("who", ""),
            since=given.get("since"),
            until=given.get("until"),
        )


def _folded(fields: tuple[FieldChange, ...]) -> tuple[tuple[FieldChange, ...], tuple[FieldChange, ...]]:
    """The fields that are shown at once, and those that are opened: a new order has twenty."""
    return (fields, ()) if len(fields) <= MOST_AT_ONCE else (fields[:FIRST], fields[FIRST:])


@require_GET
@requires("journal.view")
def changes(request: HttpRequest) -> HttpResponse:
    """The changes, the newest first."""
    user = person_of(request)
    require_everywhere(user, "journal.view")
    form = HistoryForm(request.GET)
    wanted = form.wanted(numbers(request.GET, "object"))
    page = history(wanted, after=request.GET.get("after", ""), phones=may(user, "people.see_phones"))
    rows = [(change, VERBS.get(change.verb, change.verb), *_folded(change.fields)) for change in page.changes]
    context = {"chapter": "setup", "form": form, "rows": rows, "after": page.after}
    return render(request, "setup/history.html", context)
