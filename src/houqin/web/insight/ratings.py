"""The ratings behind the means: what people said, each with its request."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from houqin.accounts.policies import may
from houqin.insight.satisfaction import low_ones, low_score, ratings_of
from houqin.insight.scope import counted_for
from houqin.org.queries.organisation import organisation
from houqin.staffing.models import Crew
from houqin.web.access import person_of, requires
from houqin.web.insight.links import page_address
from houqin.web.insight.periods import period_of
from houqin.web.lists import Sorting, in_all, numbers, page


@require_GET
@requires("insight.view")
def ratings(request: HttpRequest) -> HttpResponse:
    """The ratings of a period, the newest first; of one crew, or the low ones only, where asked for.

    Only for who may see requests too: each rating names its own.
    """
    user, (period, _form) = person_of(request), period_of(request.GET)
    if not may(user, "desk.view"):
        raise Http404
    found = ratings_of(start=period.start, end=period.end, among=counted_for(user))
    crew, low = numbers(request.GET, "crew"), request.GET.get("low") == "1"
    if crew is not None:
        found = found.filter(request__crew=crew)
    everything = found
    if low:
        found = found.filter(low_ones(low_score()))
    shown = page(
        found.select_related("request__place", "request__crew"), Sorting("rated_at", newest=True), request.GET
    )
    of_crew = {} if crew is None else {"crew": str(crew)}
    context = {
        "chapter": "insight",
        "organisation": organisation(),
        "period": period,
        "crew": None if crew is None else Crew.objects.filter(pk=crew).first(),
        "page": shown,
        "total": in_all(found, shown),
        "tabs": [
            (_("All ratings"), page_address(request, period, **of_crew), not low, everything.count()),
            (
                _("Low ratings"),
                page_address(request, period, low="1", **of_crew),
                low,
                everything.filter(low_ones(low_score())).count(),
            ),
        ],
    }
    return render(request, "insight/ratings.html", context)
