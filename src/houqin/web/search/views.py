"""The one search box: an exact number opens its page, anything else lists what it may mean."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from houqin.insight.search import MOST, MOST_TYPED, exact, search
from houqin.org.queries.organisation import organisation
from houqin.web.access import SIGNED_IN, person_of, requires
from houqin.web.accounts.mine import frame
from houqin.web.responses import go_to
from houqin.web.search.pages import pages
from houqin.web.search.results import document_url, sections


@require_GET
@requires(SIGNED_IN)
def find(request: HttpRequest) -> HttpResponse:
    """What `?q=` means: pages, requests, orders, places, people, services. At most ten statements."""
    user = person_of(request)
    text = request.GET.get("q", "").strip()[:MOST_TYPED]
    if (document := exact(text, user)) is not None:
        return go_to(request, document_url(document, user))
    context = {
        "find_text": text,
        "pages": pages(text, user),
        "sections": sections(search(text, user), user, text),
        "most": MOST,
        "organisation": organisation(),
        **frame(user),
    }
    return render(request, "search/find.html", context)
