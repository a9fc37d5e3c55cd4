"""What is said of an offer that stands: what happens once its time is up."""

from django.utils.translation import gettext as _

from houqin.work.models import BY_RULE, Offer


def afterwards(offer: Offer) -> str:
    """What happens when nobody accepts in time: the next one is asked, or the dispatchers hear of it."""
    if offer.mode in BY_RULE:
        return _("Then the next one is asked; when nobody is left, the dispatchers are told.")
    return _("Then the dispatchers are told; it stays where it is until they decide.")
