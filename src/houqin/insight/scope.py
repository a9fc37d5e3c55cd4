"""Which requests somebody's figures count."""

from django.db.models import QuerySet

from houqin.accounts.models import User
from houqin.accounts.policies import may, scope
from houqin.desk.models import ServiceRequest
from houqin.desk.policies import visible_requests
from houqin.desk.queries.counted import in_figures


def counted_for(user: User) -> QuerySet[ServiceRequest] | None:
    """The requests that the right to see figures reaches; None for all of them.

    Who may open lists sees figures of what these show, so that no figure exceeds its list.
    """
    opens, everywhere = may(user, "desk.view"), scope(user, "insight.view").everywhere
    if everywhere and (not opens or scope(user, "desk.view").everywhere):
        return None
    found = visible_requests(user) if opens else ServiceRequest.objects.all()
    return found if everywhere else found.filter(in_figures(user))
