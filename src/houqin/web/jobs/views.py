"""The technician's day: today's jobs, what is on offer, scanning, and one job with its next step."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.budget.queries.costs import totals_of
from houqin.desk.models import ServiceRequest
from houqin.desk.queries.orders import request_of_order
from houqin.files.models import Attachment
from houqin.kernel import clock
from houqin.org.models import Place
from houqin.org.queries.qrcodes import scanned
from houqin.web import pulse, stream
from houqin.web.access import requires
from houqin.web.jobs import checks
from houqin.web.jobs.duty import switch
from houqin.web.jobs.forms import CompleteForm, HelperForm, HoldForm, SendBackForm, TimeForm, WordsForm
from houqin.web.offering import afterwards
from houqin.web.once import new_form_key
from houqin.web.responses import go_to
from houqin.web.story import read_by
from houqin.web.ui import clocks
from houqin.web.ui.steps import Step, steps
from houqin.web.uploads import serve
from houqin.work.models import OrderAttachment, WorkOrder, WorkOrderStatus
from houqin.work.policies import allowed_steps, may_see_cost, visible_orders
from houqin.work.queries.eligibility import said
from houqin.work.queries.offers import standing
from houqin.work.queries.orders import MyDay, OrderDetail, OrderFilter, detailed, my_day, order_detail, orders
from houqin.work.queries.parts import parts_of

S = WorkOrderStatus
NEXT = ("claim", "accept", "arrive", "start", "resume", "complete")
LOOKS = {
    "claim": ("hand-grab", _("Claim")),
    "accept": ("user-check", _("Accept")),
    "arrive": ("map-pin-check", _("I am here")),
    "start": ("tool", _("Start")),
    "resume": ("player-play", _("Resume")),
    "complete": ("checklist", _("Complete")),
}
_AT = {S.DISPATCHED: 0, S.TO_DISPATCH: 0, S.ACCEPTED: 1, S.ON_SITE: 2, S.IN_PROGRESS: 3}
SHOWN = 50


def person(request: HttpRequest) -> User:
    """The signed-in person; `requires` lets nobody else in."""
    return cast("User", request.user)


def chip(order: WorkOrder) -> clocks.Clock | None:
    """The clock of an order as its card shows it."""
    if order.status == S.ON_HOLD:
        return clocks.paused(str(order.get_hold_reason_display()), due=order.promised_until)
    if order.scheduled_from and order.scheduled_from > clock.now():
        return clocks.scheduled(order.scheduled_from)
    if order.status in {S.DISPATCHED, S.ACCEPTED} and order.arrival_due_at:
        return clocks.running(order.arrival_due_at, start=order.raised_at)
    return clocks.running(order.due_at, start=order.raised_at) if order.due_at else None


def card(order: WorkOrder, user: User) -> dict[str, Any]:
    """What a card shows of an order: clock, tone and the one next step."""
    reading = chip(order)
    allowed = allowed_steps(user, order)
    step = next((name for name in NEXT if name in allowed), "")
    icon, words = LOOKS.get(step, ("", ""))
    tone = {"over": "danger", "soon": "warn"}.get(reading.kind.value, "") if reading else ""
    return {"order": order, "clock": reading, "tone": tone, "step": step, "icon": icon, "words": words}


def _to_accept(shown: dict[str, Any], day: MyDay) -> dict[str, Any]:
    """The card, with the offer it stands for and what happens when that runs out."""
    offer = day.offered.get(shown["order"].pk)
    if offer is None or shown["order"].status != S.DISPATCHED:
        return shown
    return {**shown, "accept_by": offer.until, "afterwards": afterwards(offer)}


@require_GET
@requires("work.perform")
def today(request: HttpRequest) -> HttpResponse:
    """Own jobs, the one at hand first, then by their times.

    `?poll=` gives the list alone, asked for when the pulse says so.
    """
    user = person(request)
    day: MyDay = my_day(user)
    cards = [_to_accept(card(order, user), day) for order in [*day.own, *day.helping]]
    context = {
        "cards": cards,
        "groups": _groups(cards, {order.pk for order in day.running}),
        "overdue": sum(1 for one in cards if one["tone"] == "danger"),
        "day": day,
        "offers": len(day.claimable),
        "duty": switch(user),
        "pulse": pulse.address(pulse.sign()),
        "tab_set": "worker",
        "tab": "today",
        "form_key": new_form_key(),
    }
    return render(request, "jobs/today.html#list" if "poll" in request.GET else "jobs/today.html", context)


def _groups(cards: list[dict[str, Any]], running: set[int]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The cards under their headings, those of a group by the time they show; jobs on hold come last."""
    heads: dict[str, list[dict[str, Any]]] = {
        str(_("Doing now")): [],
        str(pgettext_lazy("jobs", "Accepted")): [],
        str(pgettext_lazy("jobs", "To accept")): [],
        str(pgettext_lazy("jobs", "On hold")): [],
    }
    doing, accepted, offered, held = heads.values()
    of_state = {S.IN_PROGRESS: doing, S.ON_SITE: doing, S.ON_HOLD: held, S.DISPATCHED: offered}
    for one in sorted(cards, key=_shown_time):
        order = one["order"]
        (doing if order.pk in running else of_state.get(S(order.status), accepted)).append(one)
    doing.sort(key=lambda one: one["order"].pk not in running)
    return [(head, found) for head, found in heads.items() if found]


def _shown_time(one: dict[str, Any]) -> tuple[bool, float]:
    """What a card is sorted by: the instant on its chip, soonest first, none last."""
    reading: clocks.Clock | None = one["clock"]
    due = reading.due if reading else None
    return (due is None, due.timestamp() if due else 0.0)


@require_GET
@requires("work.perform")
def offers(request: HttpRequest) -> HttpResponse:
    """What is offered to the person, until when; jobs that may be claimed; those that may not, and why."""
    user = person(request)
    day = my_day(user)
    offered = [_to_accept(card(order, user), day) for order in day.own if order.pk in day.offered]
    cards = [card(order, user) for order in day.claimable]
    barred = [(order, said(user, hurdles)) for order, hurdles in day.barred]
    context = {
        "cards": cards,
        "offered": [one for one in offered if "accept_by" in one],
        "barred": barred,
        "pulse": pulse.address(pulse.sign()),
        "tab_set": "worker",
        "tab": "offers",
        "form_key": new_form_key(),
    }
    template = "jobs/offers.html#list" if "poll" in request.GET else "jobs/offers.html"
    return render(request, template, context)


@require_GET
@requires("work.perform")
def scan(request: HttpRequest) -> HttpResponse:
    """Find jobs by what is scanned or typed: a label, a job's number, a place's code or name."""
    user = person(request)
    typed = request.GET.get("code", "").strip()[:200]
    found: list[WorkOrder] = []
    if typed:
        place = _scanned_place(typed)
        wanted = OrderFilter(place_id=place.pk, open_only=True) if place else OrderFilter(q=typed)
        found = list(orders(wanted, user, ordering="due")[:SHOWN])
        if len(found) == 1 and found[0].number == typed.upper():
            return go_to(request, "jobs:job", found[0].number)
    context = {
        "cards": [card(order, user) for order in found],
        "typed": typed,
        "tab_set": "worker",
        "tab": "scan",
        "form_key": new_form_key(),
    }
    return render(request, "jobs/scan.html", context)


def _scanned_place(typed: str) -> Place | None:
    """The place of a label's address or token, or with that code."""
    token = typed.rstrip("/").rsplit("/", 1)[-1]
    code = scanned(token)
    return code.place if code else Place.objects.filter(code__iexact=typed).first()


@require_GET
@requires("work.view")
def job(request: HttpRequest, number: str) -> HttpResponse:
    """One job: where, who, what, the checklist, and the one next step."""
    return job_page(request, number)


def job_page(
    request: HttpRequest,
    number: str,
    *,
    bound: dict[str, Form] | None = None,
    asked: Mapping[int, str] | None = None,
    wrong: Mapping[int, checks.Wrong] | None = None,
) -> HttpResponse:
    """The page of a job; `bound` holds a form that came back with errors, by its step.

    `asked` are the lines of the checklist that came with it, `wrong` those that could not be kept.
    """
    user = person(request)
    order = get_object_or_404(detailed(user), number=number)
    detail = order_detail(order)
    allowed = allowed_steps(user, order)
    step = next((name for name in NEXT if name in allowed), "")
    icon, words = LOOKS.get(step, ("", ""))
    brings = order.worker_id == user.pk and not order.is_finished
    found, offer = request_of_order(order.pk), standing([order]).get(order.pk)
    context = {
        **_checklist(detail, allowed, asked or {}, wrong or {}),
        "order": order,
        "detail": detail,
        "allowed": allowed,
        "brings": brings,
        "step": step,
        "step_icon": icon,
        "step_words": words,
        "clock": None if order.status == S.ON_HOLD else chip(order),
        "offer": offer,
        "afterwards": afterwards(offer) if offer else "",
        "steps": _steps(order),
        "entries": read_by(user, _story(order, found)),
        "found": found,
        "photos": [tie for tie in detail.attachments if tie.attachment.is_image],
        "form_key": new_form_key(),
        "sees_phone": may(user, "people.see_phones"),
        "parts": parts_of(order, on=clock.today()),
        **_spent(order, user),
        "quick": _quick(detail),
        "codes": order.job_type.needs_codes,
        "forms": _forms(order, bound or {}, brings=brings),
        "open_sheet": next(iter(bound), "") if bound else "",
        "back": way_back(user, order),
    }
    return render(request, "jobs/job.html", context, status=422 if bound or wrong else 200)


def way_back(user: User, order: WorkOrder) -> str:
    """To the day of who carries out work; to the order's own page for everybody else."""
    return reverse("jobs:today") if may(user, "work.perform") else reverse("work:order", args=[order.number])


def _spent(order: WorkOrder, user: User) -> dict[str, Any]:
    """What the job has cost so far, for people of the house."""
    if not may_see_cost(user):
        return {"sees_cost": False}
    return {"sees_cost": True, "cost": sum(totals_of(order.number).values(), Decimal(0))}


def _story(order: WorkOrder, found: ServiceRequest | None) -> list[stream.Entry]:
    """What happened, newest first: with what the requester wrote, where somebody asked for the work."""
    if found is not None:
        return stream.of_request(found, public=False)
    return sorted(stream.of_orders([order], public=False), key=lambda entry: entry.at, reverse=True)


def checklist_context(
    request: HttpRequest, order: WorkOrder, asked: Mapping[int, str], wrong: Mapping[int, checks.Wrong]
) -> dict[str, Any]:
    """What the lines `asked` look like now, and those that completing still asks for."""
    detail, allowed = order_detail(order), allowed_steps(person(request), order)
    context = _checklist(detail, allowed, {}, wrong)
    changed = [line for line in context["lines"] if line.step.position in asked]
    return {**context, "order": order, "detail": detail, "allowed": allowed, "changed": changed}


def _checklist(
    detail: OrderDetail, allowed: list[str], asked: Mapping[int, str], wrong: Mapping[int, checks.Wrong]
) -> dict[str, Any]:
    """The lines, and of them those in the sheet of completing: the open ones, and those it came with."""
    lines = checks.lines(detail.steps, wrong)
    open_now = {step.position for step in detail.open_steps}
    return {
        "lines": lines,
        "wanted": [line for line in lines if line.step.position in open_now | asked.keys()],
        "works_here": any(one in allowed for one in ("hold", "complete", "resume")),
    }


def _forms(order: WorkOrder, bound: dict[str, Form], *, brings: bool) -> dict[str, Form]:
    fresh: dict[str, Form] = {
        "hold": HoldForm(),
        "complete": CompleteForm(order=order, auto_id="complete_%s"),
        "send_back": SendBackForm(),
        **({"helper": HelperForm(order=order, auto_id="helper_%s")} if brings else {}),
        "write": WordsForm(auto_id="write_%s"),
        "time": TimeForm(),
    }
    return {**fresh, **bound}


def _steps(order: WorkOrder) -> list[Step]:
    at = 4 if order.is_finished else _AT.get(S(order.held_from or order.status), 0)
    labels = [_("Accept"), _("Arrive"), _("Start"), _("Complete")]
    return steps(labels, at=at, icons=("user-check", "map-pin-check", "tool", "checklist"))


def _quick(detail: OrderDetail) -> bool:
    """True when completing takes no more than the tap: nothing is mandatory."""
    kind = detail.order.job_type
    photo = any(tie.stage == OrderAttachment.Stage.AFTER for tie in detail.attachments)
    return not (kind.needs_codes or (kind.needs_photo and not photo) or detail.open_steps)


@require_GET
@requires("work.view")
def file(request: HttpRequest, number: str, key: str) -> FileResponse:
    """A photo or file of a job one may see."""
    order = get_object_or_404(visible_orders(person(request)), number=number)
    tied = OrderAttachment.objects.filter(order=order).values("attachment")
    return serve(request, get_object_or_404(Attachment, key=key, pk__in=tied))
