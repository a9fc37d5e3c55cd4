"""Letting somebody stand in while one is away."""

import datetime as dt

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.approvals.models import Delegation
from houqin.kernel import clock
from houqin.kernel.errors import Invalid


@transaction.atomic
def delegate(*, person: User, to: User, first: dt.date, last: dt.date, by: User) -> Delegation:
    """From `first` to `last`, both included, `to` is asked in place of `person`.

    What waits for the person already stays with them: it can be handed on. Raises `Invalid` for
    oneself, for days that have gone and for days on which somebody stands in already.
    """
    if to.pk == person.pk or not to.is_active:
        raise Invalid(_("Name somebody else."), field="to")
    if last < first or last < clock.today():
        raise Invalid(_("The last day lies before the first one or has gone."), field="last")
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    other = Delegation.objects.filter(person=person, first__lte=last, last__gte=first).first()
    if other is not None:
        facts = {"person": other.to, "first": date_format(other.first), "last": date_format(other.last)}
        raise Invalid(_("%(person)s stands in from %(first)s to %(last)s already.") % facts, field="first")
    return Delegation.objects.create(
        person=person, to=to, first=first, last=last, made_by=by, made_at=clock.now()
    )


@transaction.atomic
def end_delegation(*, delegation: Delegation) -> None:
    """Nobody stands in any more; what the other was asked meanwhile stays with them."""
    delegation.delete()
