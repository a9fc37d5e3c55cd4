"""Set-up: the start page, the registers, the organisation, standards and the priority matrix."""

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.accounts import policies
from houqin.desk.models import Impact, PriorityRule
from houqin.desk.queries.affected import rules
from houqin.flows.refresh_clocks import refresh_open
from houqin.kernel.errors import Refused
from houqin.kernel.text_search import matches
from houqin.org.queries.organisation import organisation
from houqin.web.access import CHAPTER_PERMISSIONS, person_of, requires
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.setup import beginning, standards
from houqin.web.setup.dispatch_form import DispatchForm
from houqin.web.setup.forms import (
    MatrixForm,
    OrganisationForm,
    PausingForm,
    StandardForm,
    target_forms,
)
from houqin.web.setup.known_faults import KnownFaultForm
from houqin.web.setup.levels import level_forms
from houqin.web.setup.registers import REGISTERS, Register
from houqin.work.models import Priority, ServiceStandard, TargetKind
from houqin.work.queries.dispatch_rules import dispatch_rules

ANY = CHAPTER_PERMISSIONS["setup"]
KEPT_BY = ("org.manage", "catalogue.manage", "standards.manage", "staffing.manage", "stock.manage")
"""Rights that open one register or another; which one, its own entry says."""
PER_PAGE = 100


@require_GET
@requires(*ANY)
def start(request: HttpRequest) -> HttpResponse:
    """Everything that can be set up, in the order an installation needs it."""
    steps = beginning.steps_for(person_of(request))
    context = {
        "chapter": "setup",
        "groups": standards.groups(request.user),
        "steps": steps,
        "form_key": new_form_key() if steps else "",
    }
    return render(request, "setup/start.html", context)


def _register(request: HttpRequest, key: str) -> Register:
    register = REGISTERS.get(key)
    if register is None or not policies.may(request.user, register.permission):
        raise Http404
    return register


@require_GET
@requires(*KEPT_BY)
def register_list(request: HttpRequest, key: str) -> HttpResponse:
    """The rows of a register."""
    register = _register(request, key)
    rows = register.model._default_manager.select_related(*register.related)  # noqa: SLF001
    find = request.GET.get("q", "").strip()[:100]
    if find:
        rows = _found(register, rows, find)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    table = [(row, [(column, column.value(row)) for column in register.columns]) for row in page]
    context = {"chapter": "setup", "register": register, "page": page, "table": table, "find": find}
    return render(request, "setup/register.html", context)


def _found(register: Register, rows: QuerySet[Any], find: str) -> QuerySet[Any]:
    if register.searched:
        return rows.filter(matches(find))
    anywhere = Q()
    for lookup in register.plain_search:
        anywhere |= Q(**{lookup: find})
    return rows.filter(anywhere)


@require_http_methods(["GET", "POST"])
@requires(*KEPT_BY)
def register_edit(request: HttpRequest, key: str, pk: int | None = None) -> HttpResponse:
    """One row of a register, new or existing."""
    register = _register(request, key)
    row = get_object_or_404(register.model, pk=pk) if pk else None
    form = register.form(request.POST or None, instance=row)

    def shown() -> HttpResponse:
        context = {
            "chapter": "setup",
            "register": register,
            "row": row,
            "form": form,
            "form_key": new_form_key(),
        }
        return render(request, "setup/edit.html", context, status=422 if form.errors else 200)

    def saved() -> HttpResponse:
        if not form.is_valid():
            return shown()
        try:
            form.save()
        except Refused as refusal:
            refused(form, refusal)
            return shown()
        register.afterwards(form.instance)
        return go_to(request, "setup:register", key, said=_("Saved."))

    return once(request, saved) if request.method == "POST" else shown()


@require_POST
@requires(*KEPT_BY)
def register_delete(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Take away a row that nothing refers to."""
    register = _register(request, key)
    row = get_object_or_404(register.model, pk=pk)
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        sentence = _("“%(name)s” is used elsewhere and stays. Take it out of use instead.") % {"name": row}
        return refused_back(request, Refused(sentence), "setup:edit", key, pk)
    register.afterwards(row)
    return go_to(request, "setup:register", key, said=_("Deleted."))


@require_http_methods(["GET", "POST"])
@requires("org.manage")
def organisation_page(request: HttpRequest) -> HttpResponse:
    """Name and rules of the organisation."""
    form = OrganisationForm(request.POST or None, instance=organisation())
    if request.method == "POST" and form.is_valid():
        form.save()
        if "calendar" in form.changed_data:
            refresh_open(because="calendar")
        return go_to(request, "setup:start", said=_("Saved."))
    context = {"chapter": "setup", "form": form}
    return render(request, "setup/organisation.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires("catalogue.manage")
def matrix(request: HttpRequest) -> HttpResponse:
    """The priority matrix, and from how many people on a fault has a greater impact."""
    form = MatrixForm(request.POST or None)
    known = KnownFaultForm(request.POST or None, instance=rules())
    if request.method == "POST" and form.is_valid() and known.is_valid():
        with transaction.atomic():
            known.save()
            for name, priority in form.cleaned_data.items():
                urgency, impact = name.split("_")
                PriorityRule.objects.update_or_create(
                    urgency=urgency, impact=impact, defaults={"priority": priority}
                )
        return go_to(request, "setup:start", said=_("Saved."))
    context = {"chapter": "setup", "form": form, "known": known, "impacts": Impact.labels}
    wrong = form.errors or known.errors
    return render(request, "setup/matrix.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
@requires("catalogue.manage")
def dispatch(request: HttpRequest) -> HttpResponse:
    """The rules of dispatch: how long offers stand, and how much each part of a score counts."""
    form = DispatchForm(request.POST or None, instance=dispatch_rules())
    if request.method == "POST" and form.is_valid():
        form.save()
        return go_to(request, "setup:start", said=_("Saved."))
    context = {"chapter": "setup", "form": form}
    return render(request, "setup/dispatch.html", context, status=422 if form.errors else 200)


@require_GET
@requires("standards.manage")
def standard_list(request: HttpRequest) -> HttpResponse:
    """The service standards."""
    rows = ServiceStandard.objects.select_related("calendar").prefetch_related("targets", "levels")
    context = {"chapter": "setup", "rows": rows, "has_default": any(row.is_default for row in rows)}
    return render(request, "setup/standards.html", context)


@require_http_methods(["GET", "POST"])
@requires("standards.manage")
def standard_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A standard with its targets for each priority, and its levels of escalation."""
    standard = get_object_or_404(ServiceStandard, pk=pk) if pk else ServiceStandard()
    if request.method == "POST":
        return once(request, lambda: _standard(request, standard))
    return _standard(request, standard)


def _standard(request: HttpRequest, standard: ServiceStandard) -> HttpResponse:
    data = request.POST or None
    form = StandardForm(data, instance=standard)
    targets = target_forms(standard, data)
    pausing = PausingForm(data, initial={"reasons": standards.pausing_of(standard)})
    levels = level_forms(standard, data)
    checked = [form.is_valid(), pausing.is_valid(), levels.is_valid()]
    checked += [target.is_valid() for target in targets.values()]
    if request.method == "POST" and all(checked):
        moved = standards.save(form, targets, pausing.cleaned_data["reasons"], levels)
        said = _("Saved. Due times of %(count)d open requests were computed again.") % {"count": moved}
        return go_to(request, "setup:standards", said=said)
    rows = [
        (priority.label, [(kind.label, targets[priority.value, kind.value]) for kind in TargetKind])
        for priority in reversed(Priority)
    ]
    context = {
        "chapter": "setup",
        "form": form,
        "rows": rows,
        "pausing": pausing,
        "levels": levels,
        "standard": standard,
        "form_key": new_form_key(),
    }
    return render(request, "setup/standard.html", context, status=422 if request.method == "POST" else 200)
