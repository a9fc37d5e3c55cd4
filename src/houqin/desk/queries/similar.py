"""Requests that may be the same as another one."""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from houqin.accounts.policies import Person
from houqin.desk.models import ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.desk.policies import visible_requests


def similar_to(request: ServiceRequest, user: Person) -> QuerySet[ServiceRequest]:
    """The visible open requests at the same place, those of the same category first, then the newest.

    None for a request without a place.
    """
    if request.place_id is None:
        return ServiceRequest.objects.none()
    same = Case(
        When(category=request.category_id, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    return (
        visible_requests(user)
        .filter(place=request.place_id, status__in=sorted(OPEN))
        .exclude(pk=request.pk)
        .defer("search_text", "search_grams")
        .annotate(same_category=same)
        .order_by("-same_category", "-pk")
    )
