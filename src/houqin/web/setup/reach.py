"""How far the right to set something up reaches: everywhere, or only some places."""

from django.db.models import QuerySet
from django.http import Http404

from houqin.accounts.models import User
from houqin.accounts.policies import scope
from houqin.org.models import Place
from houqin.org.policies import places_below

UNDIVIDED = frozenset({"people.manage", "system.manage", "journal.view"})
"""Rights that cannot be held for a part: who may give roles could give themselves the whole."""


def everywhere(user: User, permission: str) -> bool:
    """Tell whether a right holds without bounds."""
    return scope(user, permission).everywhere


def require_everywhere(user: User, permission: str) -> None:
    """Raise `Http404` for somebody whose right is bound to places or departments."""
    if not everywhere(user, permission):
        raise Http404


def places_of(user: User) -> QuerySet[Place]:
    """Return the places somebody may set up, in use or not."""
    held = scope(user, "org.manage")
    return places_below(None if held.everywhere else held.place_ids)
