"""QR labels: made, printed, linked to places, taken out of use, and who scanned them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.kernel.errors import Refused
from houqin.kernel.text_search import matches
from houqin.org.actions import qrcodes
from houqin.org.models import Place, PlaceType, QrCode
from houqin.org.queries.qrcodes import sheet
from houqin.web.access import person_of, requires
from houqin.web.lists import numbers
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.setup.picking import PlaceField
from houqin.web.setup.reach import everywhere, places_of

PER_PAGE = 100
PER_SHEET = 500
SCANS_SHOWN = 100
SIZES = {"60x40": "60 × 40 mm", "40x30": "40 × 30 mm"}


class LabelsForm(forms.Form):
    """For which places labels are made."""

    below = PlaceField(label=gettext_lazy("Place, with everything inside it"))
    types = forms.MultipleChoiceField(
        label=gettext_lazy("For which kinds of place"),
        choices=PlaceType.choices,
        initial=[PlaceType.ROOM],
        widget=forms.CheckboxSelectMultiple,
    )


class BlankForm(forms.Form):
    """How many labels without a place."""

    count = forms.IntegerField(
        label=gettext_lazy("Number of labels"), min_value=1, max_value=qrcodes.MOST_AT_ONCE, initial=50
    )


class LinkForm(forms.Form):
    """To which place a label belongs."""

    place = PlaceField(label=gettext_lazy("place"))


@require_GET
@requires("org.manage")
def labels(request: HttpRequest) -> HttpResponse:
    """The labels, the newest first, and the forms that make more."""
    return _page(request, LabelsForm(), BlankForm())


@require_POST
@requires("org.manage")
def make(request: HttpRequest) -> HttpResponse:
    """Make the labels that places still lack, and go on to print all of them."""
    form = LabelsForm(request.POST)
    if form.is_valid():
        below, types = form.cleaned_data["below"], form.cleaned_data["types"]
        wanted = places_of(person_of(request)).filter(
            lineage__contains=[below.pk], type__in=types, active=True
        )
        try:
            made = qrcodes.make_for(places=wanted)
        except Refused as refusal:
            refused(form, refusal)
        else:
            if made:
                return _to_print(request, {"below": below.pk, "type": types})
            form.add_error("types", _("There is no such place inside."))
    return _page(request, form, BlankForm())


@require_POST
@requires("org.manage")
def make_blank(request: HttpRequest) -> HttpResponse:
    """Make labels to be linked on the spot, and go on to print them."""
    form = BlankForm(request.POST)
    if form.is_valid():
        made = qrcodes.make_blank(count=form.cleaned_data["count"])
        return _to_print(request, {"first": made[0].pk, "last": made[-1].pk})
    return _page(request, LabelsForm(), form)


@require_http_methods(["GET", "POST"])
@requires("org.manage")
def print_sheet(request: HttpRequest) -> HttpResponse:
    """Labels to print, at most `PER_SHEET` at a time; a POST notes that they were printed."""
    page = Paginator(_chosen(request), PER_SHEET).get_page(request.GET.get("page"))
    if request.method == "POST":
        count = qrcodes.note_printed(codes=page.object_list)
        said = _("%(count)d labels are noted as printed.") % {"count": count}
        return go_to(request, "setup:qr", said=said)
    size = request.GET.get("size", "")
    context = {
        "page": page,
        "labels": sheet(page.object_list),
        "size": size if size in SIZES else "60x40",
        "sizes": SIZES.items(),
        "roll": request.GET.get("paper") == "roll",
        "back": reverse("setup:qr"),
    }
    return render(request, "setup/qr_sheet.html", context)


@require_http_methods(["GET", "POST"])
@requires("org.manage")
def label(request: HttpRequest, token: str) -> HttpResponse:
    """A label: its place, when it was scanned and by whom; a POST links it to a place."""
    code = _label(request, token)
    form = LinkForm(request.POST or None, initial={"place": code.place})
    if form.is_valid():
        try:
            qrcodes.link(code=code, place=form.cleaned_data["place"])
        except Refused as refusal:
            refused(form, refusal)
        else:
            return go_to(request, "setup:qr_label", token, said=_("The label is linked."))
    context = {
        "chapter": "setup",
        "code": code,
        "form": form,
        "picture": sheet([code])[0],
        "scans": code.scans.all()[:SCANS_SHOWN],
        "scan_count": code.scans.count(),
    }
    return render(request, "setup/qr_label.html", context, status=422 if form.errors else 200)


@require_POST
@requires("org.manage")
def unlink(request: HttpRequest, token: str) -> HttpResponse:
    """Free a label from its place."""
    return _done(request, token, lambda code: qrcodes.unlink(code=code), _("The label is free."))


@require_POST
@requires("org.manage")
def retire(request: HttpRequest, token: str) -> HttpResponse:
    """Take a label out of use for good."""
    return _done(request, token, lambda code: qrcodes.retire(code=code), _("The label is out of use."))


def _done(request: HttpRequest, token: str, step: Callable[[QrCode], QrCode], said: str) -> HttpResponse:
    try:
        step(_label(request, token))
    except Refused as refusal:
        return refused_back(request, refusal, "setup:qr_label", token)
    return go_to(request, "setup:qr_label", token, said=said)


def _codes(request: HttpRequest) -> QuerySet[QrCode]:
    """The labels somebody may look after: of their places; free ones for those who may everywhere."""
    user = person_of(request)
    found = QrCode.objects.select_related("place").defer("place__search_text", "place__search_grams")
    return found if everywhere(user, "org.manage") else found.filter(place__in=places_of(user))


def _label(request: HttpRequest, token: str) -> QrCode:
    return get_object_or_404(_codes(request), token=token)


def _chosen(request: HttpRequest) -> QuerySet[QrCode]:
    """The labels to print: of a place and what is inside it, a range, or one."""
    query, found = request.GET, _codes(request).filter(retired_at__isnull=True)
    if token := query.get("token"):
        return found.filter(token=token)
    below = numbers(query, "below")
    if below is not None:
        found = found.filter(place__lineage__contains=[below], place__active=True)
        types = [name for name in query.getlist("type") if name in PlaceType.values]
        return found.filter(place__type__in=types).order_by("place__label", "place__code", "pk")
    first, last = numbers(query, "first"), numbers(query, "last")
    if first is None or last is None:
        return found.none()
    return found.filter(pk__range=(first, last)).order_by("pk")


def _to_print(request: HttpRequest, query: dict[str, Any]) -> HttpResponse:
    return go_to(request, f"{reverse('setup:qr_print')}?{urlencode(query, doseq=True)}")


_STATES = {
    "linked": Q(place__isnull=False, retired_at__isnull=True),
    "free": Q(place__isnull=True, retired_at__isnull=True),
    "retired": Q(retired_at__isnull=False),
}


def _page(request: HttpRequest, labels_form: LabelsForm, blank_form: BlankForm) -> HttpResponse:
    state, find = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    found = _codes(request).filter(_STATES.get(state, Q()))
    if find:
        among = Place.objects.filter(matches(find)).values("pk")
        found = found.filter(Q(token__startswith=find.lower()) | Q(place__in=among))
    page = Paginator(found.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    keys = [code.pk for code in page]
    scans = {
        row["pk"]: row
        for row in QrCode.objects.filter(pk__in=keys)
        .values("pk")
        .annotate(times=Count("scans"), last=Max("scans__at"))
    }
    wrong = bool(labels_form.errors or blank_form.errors)
    context = {
        "chapter": "setup",
        "labels_form": labels_form,
        "blank_form": blank_form,
        "opens": "labels" if labels_form.errors else "blank" if blank_form.errors else "",
        "page": page,
        "rows": [(code, scans[code.pk]) for code in page],
        "find": find,
        "tabs": [
            ("", _("All"), state not in _STATES),
            ("linked", pgettext("label", "linked"), state == "linked"),
            ("free", pgettext("label", "free"), state == "free"),
            ("retired", _("out of use"), state == "retired"),
        ],
    }
    return render(request, "setup/qr.html", context, status=422 if wrong else 200)
