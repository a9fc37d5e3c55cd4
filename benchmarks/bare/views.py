"""Two INSERTs, a list as JSON and a list as a page."""

import datetime as dt
import json

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: TID251
from django.shortcuts import render  # noqa: TID251
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Schema
from ninja.security import django_auth

from benchmarks.bare.models import Event, Request

api = NinjaAPI(urls_namespace="bare")


def newest() -> QuerySet[Request]:
    """The newest 50 that were not rejected, with what a row shows."""
    found = Request.objects.exclude(status="rejected").select_related("place", "category", "requester")
    return found.order_by("-opened_at", "-pk")[:50]


@csrf_exempt
@login_required
def create(request: HttpRequest) -> HttpResponse:
    """A request and its event."""
    sent, now = json.loads(request.body), timezone.now()
    with transaction.atomic():
        made = Request.objects.create(
            number=sent["number"],
            title=sent["description"][:120],
            description=sent["description"],
            contact_name="王老师",
            place_id=sent["place"],
            category_id=sent["category"],
            requester_id=request.user.pk,
            opened_at=now,
            due_at=now + dt.timedelta(days=3),
        )
        Event.objects.create(request=made, kind="opened", at=now, actor_id=request.user.pk)
    return JsonResponse({"id": made.pk, "number": made.number, "status": made.status}, status=201)


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The list as a page."""
    return render(request, "bare.html", {"rows": newest()})


class Named(Schema):
    """A thing with a name."""

    id: int
    name: str


class Person(Schema):
    """Who asked."""

    id: int
    username: str


class Row(Schema):
    """A request in a list."""

    id: int
    number: str
    status: str
    priority: str
    channel: str
    title: str
    contact_name: str
    place: Named
    category: Named
    requester: Person
    opened_at: dt.datetime
    due_at: dt.datetime


@api.get("/requests", response=list[Row], auth=django_auth)
def listed(request: HttpRequest) -> QuerySet[Request]:  # noqa: ARG001
    """The list as JSON."""
    return newest()


def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Whether the database answers."""
    return JsonResponse({"requests": Request.objects.filter(pk=0).count()})
