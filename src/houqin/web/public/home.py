"""The front door: everybody lands where their work begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from houqin.accounts.models import User
from houqin.accounts.policies import permissions_of
from houqin.web.access import CHAPTER_PERMISSIONS, requires
from houqin.web.ui.nav import address

# The first right that a person holds names the page.
STARTS = (
    ("desk.triage", "desk:queue"),
    ("work.dispatch", "work:orders"),
    ("work.perform", "jobs:today"),
    ("stock.move", "stores:home"),
    ("insight.view", "insight:overview"),
    ("work.view", "work:orders"),
)


@require_GET
@requires("public")
def home(request: HttpRequest) -> HttpResponse:
    """On to the queue, the day's jobs, the figures, the set-up, the report form; at first to the welcome."""
    if not isinstance(request.user, User):
        return redirect("public:report" if User.objects.exists() else "accounts:welcome")
    held = permissions_of(request.user)
    if held.issuperset(CHAPTER_PERMISSIONS["setup"]):
        return redirect("setup:start")
    for permission, page in STARTS:
        if permission in held and address(page):
            return redirect(page)
    return redirect("public:report")
