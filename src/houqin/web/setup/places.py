"""The tree of places: looked through level by level, changed, moved, taken out of use."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.flows.refresh_clocks import refresh_open
from houqin.kernel.errors import Invalid, Refused
from houqin.org.actions import places as setting_up
from houqin.org.models import Calendar, Department, Place, PlaceType, QrCode
from houqin.org.queries.places import PlaceFilter, path
from houqin.org.queries.places import places as places_like
from houqin.web.access import person_of, requires
from houqin.web.responses import go_to, refused, refused_back
from houqin.web.setup.picking import PlaceField
from houqin.web.setup.reach import everywhere, places_of

PER_PAGE = 100
MOST_INSIDE = 500
"""Places of one level that are shown; more are found by search."""


class PlaceForm(forms.Form):
    """What is said about a place."""

    type = forms.ChoiceField(label=gettext_lazy("type"), choices=PlaceType.choices)
    code = forms.CharField(label=gettext_lazy("code"), max_length=40)
    name = forms.CharField(label=gettext_lazy("name"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=160, required=False)
    use = forms.CharField(label=gettext_lazy("use"), max_length=60, required=False)
    area_m2 = forms.DecimalField(
        label=gettext_lazy("area (m²)"), max_digits=10, decimal_places=2, min_value=0, required=False
    )
    criticality = forms.IntegerField(
        label=gettext_lazy("criticality (1–5)"), min_value=1, max_value=5, initial=3
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("department"), queryset=Department.objects.filter(active=True), required=False
    )
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("working calendar"), queryset=Calendar.objects.all(), required=False
    )
    position = forms.IntegerField(
        label=gettext_lazy("position in the list"), min_value=0, max_value=1_000_000, initial=0
    )


class MoveForm(forms.Form):
    """Where a place goes."""

    parent = PlaceField(label=gettext_lazy("Into which place"), required=False)


class FillForm(forms.Form):
    """Numbered floors and rooms of a building."""

    first = forms.IntegerField(label=gettext_lazy("From floor"), min_value=-9, max_value=200, initial=1)
    last = forms.IntegerField(label=gettext_lazy("Up to floor"), min_value=-9, max_value=200, initial=5)
    rooms = forms.IntegerField(
        label=gettext_lazy("Rooms on each floor"), min_value=0, max_value=99, initial=10
    )

    def floors(self) -> list[int]:
        """The floors; there is none with the number 0."""
        given = self.cleaned_data
        return [number for number in range(given["first"], given["last"] + 1) if number]


@require_GET
@requires("org.manage")
def tree(request: HttpRequest) -> HttpResponse:
    """The top of the tree, or what a search found."""
    user, find = person_of(request), request.GET.get("q", "").strip()[:100]
    type_ = request.GET.get("type", "")
    context: dict[str, Any] = {"chapter": "setup", "find": find, "may_top": everywhere(user, "org.manage")}
    if find or type_ in PlaceType.values:
        found = places_like(PlaceFilter(text=find, type=type_, active=None), places_of(user))
        context["page"] = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    else:
        reach = places_of(user)
        context["nodes"] = _level(reach.exclude(parent__in=reach.values("pk")))
    context["types"] = [(key, label, key == type_) for key, label in PlaceType.choices]
    return render(request, "setup/places.html", context)


@require_GET
@requires("org.manage")
def inside(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands right inside a place, as a part of the tree."""
    place = get_object_or_404(places_of(person_of(request)), pk=pk)
    return render(request, "setup/places.html#level", {"nodes": _level(Place.objects.filter(parent=place))})


@require_http_methods(["GET", "POST"])
@requires("org.manage")
def place_new(request: HttpRequest, inside: int | None = None) -> HttpResponse:
    """Make a place, at the top or inside another."""
    user = person_of(request)
    parent = get_object_or_404(places_of(user), pk=inside) if inside else None
    form = PlaceForm(request.POST or None, initial={"type": _usual_type(parent)})
    if form.is_valid():
        try:
            if parent is None and not everywhere(user, "org.manage"):
                raise Invalid(_("You may set up places only inside your own."))
            made = setting_up.create(parent=parent, **form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return go_to(request, "setup:place", made.pk, said=_("Saved."))
    context = {"chapter": "setup", "form": form, "parent": parent}
    return render(request, "setup/place_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires("org.manage")
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """A place: what is said about it, what stands in it, its labels."""
    found = _place(request, pk)
    form = PlaceForm(request.POST or None, initial={name: getattr(found, name) for name in _FACTS})
    if form.is_valid():
        try:
            setting_up.change(place=found, **form.cleaned_data)
        except Refused as refusal:
            refused(form, refusal)
        else:
            if "calendar" in form.changed_data:
                refresh_open(because="calendar")
            return go_to(request, "setup:place", pk, said=_("Saved."))
    return _page(request, found, form=form)


_FACTS = tuple(PlaceForm.base_fields)


@require_POST
@requires("org.manage")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a place with everything inside it."""
    found, user = _place(request, pk), person_of(request)
    form = MoveForm(request.POST)
    if form.is_valid():
        parent = form.cleaned_data["parent"]
        allowed = places_of(user).filter(pk=parent.pk).exists() if parent else everywhere(user, "org.manage")
        try:
            if not allowed:
                raise Invalid(_("You may set up places only inside your own."))
            setting_up.move(place=found, parent=parent)
        except Refused as refusal:
            refused(form, refusal)
        else:
            refresh_open(because="calendar")  # other hours may count where it stands now
            return go_to(request, "setup:place", pk, said=_("Moved."))
    return _page(request, found, move_form=form)


@require_POST
@requires("org.manage")
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Make numbered floors and rooms in a building."""
    found = _place(request, pk)
    form = FillForm(request.POST)
    if form.is_valid():
        try:
            made = setting_up.fill(building=found, floors=form.floors(), rooms=form.cleaned_data["rooms"])
        except Refused as refusal:
            refused(form, refusal)
        else:
            said = ngettext("%(count)d place was made.", "%(count)d places were made.", len(made))
            return go_to(request, "setup:place", pk, said=said % {"count": len(made)})
    return _page(request, found, fill_form=form)


@require_POST
@requires("org.manage")
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a place and everything inside it out of use."""
    return _switch(request, pk, lambda found: setting_up.deactivate(place=found))


@require_POST
@requires("org.manage")
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a place and everything inside it into use again."""
    return _switch(request, pk, lambda found: setting_up.reactivate(place=found))


def _switch(request: HttpRequest, pk: int, step: Callable[[Place], int]) -> HttpResponse:
    try:
        count = step(_place(request, pk))
    except Refused as refusal:
        return refused_back(request, refusal, "setup:place", pk)
    said = ngettext("%(count)d place changed.", "%(count)d places changed.", count) % {"count": count}
    return go_to(request, "setup:place", pk, said=said)


def _place(request: HttpRequest, pk: int) -> Place:
    among = places_of(person_of(request)).select_related("department", "calendar")
    return get_object_or_404(among, pk=pk)


def _level(found: QuerySet[Place]) -> list[Place]:
    return list(
        found.defer("search_text", "search_grams")
        .annotate(inside=Count("children"))
        .order_by("position", "code")[:MOST_INSIDE]
    )


def _usual_type(parent: Place | None) -> str:
    """What usually stands there: a building in a site, a floor in a building, else a room."""
    if parent is None:
        return PlaceType.SITE
    return {PlaceType.SITE: PlaceType.BUILDING, PlaceType.BUILDING: PlaceType.FLOOR}.get(
        PlaceType(parent.type), PlaceType.ROOM
    )


def _page(
    request: HttpRequest,
    found: Place,
    *,
    form: PlaceForm | None = None,
    move_form: MoveForm | None = None,
    fill_form: FillForm | None = None,
) -> HttpResponse:
    wrong = any(one is not None and one.errors for one in (form, move_form, fill_form))
    opens = "move" if move_form else "fill" if fill_form else ""
    context = {
        "chapter": "setup",
        "place": found,
        "above": path(found)[:-1],
        "form": form or PlaceForm(initial={name: getattr(found, name) for name in _FACTS}),
        "move_form": move_form or MoveForm(initial={"parent": found.parent}),
        "fill_form": fill_form or FillForm(),
        "nodes": _level(Place.objects.filter(parent=found)),
        "codes": QrCode.objects.filter(place=found, retired_at__isnull=True),
        "is_building": found.type == PlaceType.BUILDING,
        "opens": opens if wrong else "",
    }
    return render(request, "setup/place.html", context, status=422 if wrong else 200)
