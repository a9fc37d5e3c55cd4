"""What people are told: one table, read by the bell, the mail and the preferences.

Who tells passes the facts of a kind as `data`; times as datetimes or ISO texts. Facts known to
all kinds: `title` (of the request or order), `place`, `name` (who is addressed; filled in by
`tell`) and `path` (the page; filled in by `tell`). A fact that is missing is left out of the text.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What every kind knows.
COMMON = ("title", "place", "name", "path")


@dataclass(frozen=True)
class Kind:
    """One kind of message: its name in the preferences, its line in the bell, and its ways.

    `facts` are the keys of `data` it uses beyond those known to all. `urgent` kinds ignore quiet
    hours, `secret` ones hold a link that signs somebody in, `staff` ones reach only people with a
    role beyond requester.
    """

    label: Promise
    line: Promise
    facts: tuple[str, ...] = ()
    in_app: bool = True
    mail: bool = True
    urgent: bool = False
    secret: bool = False
    staff: bool = False


KINDS: dict[str, Kind] = {
    "request_received": Kind(
        _("request received"), _("We have received your request %(subject)s: %(title)s."), ("due",)
    ),
    "request_accepted": Kind(
        _("request accepted"), _("Your request %(subject)s is accepted: %(title)s."), ("due",)
    ),
    "information_asked": Kind(
        _("question about a request"),
        _("We have a question about your request %(subject)s: %(text)s"),
        ("text",),
    ),
    "worker_assigned": Kind(
        _("technician assigned"),
        _("%(worker)s will come for your request %(subject)s."),
        ("worker", "crew", "starts", "ends"),
    ),
    "appointment": Kind(
        _("appointment"),
        _("Appointment for %(subject)s: %(starts)s."),
        ("worker", "crew", "starts", "ends"),
    ),
    "on_hold": Kind(
        _("work on hold"),
        _("Work on %(subject)s is on hold: %(reason)s."),
        ("reason", "note", "promised_until"),
    ),
    "resumed": Kind(_("work resumed"), _("Work on %(subject)s goes on."), ("worker",)),
    "followed": Kind(
        _("news about what you follow"),
        _("%(subject)s (%(title)s), which you follow: %(said)s"),
        ("news", "said", "worker", "crew", "starts", "ends", "reason", "promised_until", "due"),
    ),
    "more_affected": Kind(
        _("more people affected"),
        _("%(subject)s affects %(affected)s people: %(title)s. Priority: %(priority)s."),
        ("affected", "priority"),
        mail=False,
        staff=True,
    ),
    "resolved": Kind(
        _("work finished, please accept"),
        _("%(subject)s is done. Please accept and rate it."),
        ("result", "silence_at"),
    ),
    "closed": Kind(_("request closed"), _("%(subject)s is closed."), ("by_silence",)),
    "rejected": Kind(_("request rejected"), _("%(subject)s is not taken on: %(reason)s"), ("reason",)),
    "reopened": Kind(_("request reopened"), _("%(subject)s is open again: %(title)s."), ("reason",)),
    "merged": Kind(_("request merged"), _("%(subject)s goes on under %(into)s."), ("into",)),
    "withdrawn": Kind(
        _("request withdrawn"), _("%(subject)s was withdrawn: %(title)s."), ("reason",), mail=False
    ),
    "message": Kind(_("new message"), _("%(author)s on %(subject)s: %(text)s"), ("author", "text")),
    "rating_wanted": Kind(_("rating wanted"), _("How did we do? Please rate %(subject)s.")),
    "rated": Kind(_("request rated"), _("%(subject)s was rated %(score)s of 5."), ("score",), mail=False),
    "follow_up_opened": Kind(
        _("follow-up call to make"),
        _("Follow-up call: %(subject)s was rated %(score)s of 5."),
        ("score", "due"),
        staff=True,
    ),
    "new_request": Kind(
        _("new request"), _("New request %(subject)s: %(place)s, %(title)s."), ("priority", "due"), mail=False
    ),
    "assigned_to_you": Kind(
        _("work order for you"),
        _("For you: %(subject)s %(title)s, %(place)s."),
        ("priority", "starts", "ends", "due"),
        staff=True,
    ),
    "offered_to_you": Kind(
        _("work order offered to you"),
        _("Accept by %(until)s: %(subject)s %(title)s, %(place)s."),
        ("priority", "until"),
        mail=False,
        staff=True,
    ),
    "on_offer": Kind(
        _("work order to claim"),
        _("To claim: %(subject)s %(title)s, %(place)s."),
        ("priority", "due"),
        mail=False,
        staff=True,
    ),
    "not_answered": Kind(
        _("work order not accepted in time"),
        _("%(worker)s has not accepted %(subject)s in time: %(title)s."),
        ("priority", "worker"),
        mail=False,
        staff=True,
    ),
    "unassignable": Kind(
        _("nobody can take a work order"),
        _("Nobody can take %(subject)s: %(title)s, %(place)s."),
        ("priority",),
        urgent=True,
        staff=True,
    ),
    "approval_wanted": Kind(
        _("work order awaits approval"),
        _("%(subject)s awaits your approval: %(title)s."),
        ("priority", "actor"),
        staff=True,
    ),
    "agreement_wanted": Kind(
        _("something awaits your approval"),
        _("%(subject)s (%(title)s, %(amount)s) awaits your approval."),
        ("amount", "actor", "reason"),
    ),
    "agreed_to": Kind(
        _("approved what you asked for"),
        _("%(subject)s (%(title)s) is approved."),
        ("amount", "actor", "reason"),
        mail=False,
    ),
    "not_agreed_to": Kind(
        _("not approved what you asked for"),
        _("%(subject)s (%(title)s) is not approved: %(reason)s"),
        ("amount", "actor", "reason"),
    ),
    "sent_back": Kind(
        _("work order sent back"),
        _("%(actor)s sent %(subject)s back: %(reason)s"),
        ("actor", "reason"),
        mail=False,
    ),
    "not_accepted": Kind(
        _("work not accepted"), _("%(subject)s was not accepted: %(reason)s"), ("reason",), staff=True
    ),
    "completed": Kind(
        _("work order completed"), _("%(actor)s completed %(subject)s."), ("actor",), mail=False
    ),
    "parts_ready": Kind(
        _("parts ready"), _("The parts for %(subject)s lie ready: %(parts)s."), ("parts",), mail=False
    ),
    "cancelled": Kind(_("work order void"), _("%(subject)s is void: %(reason)s"), ("reason",), mail=False),
    "chased": Kind(
        _("request chased"), _("%(subject)s was chased: %(title)s."), ("times", "note"), mail=False
    ),
    "due_soon": Kind(
        _("due soon"), _("%(subject)s is due at %(due)s: %(title)s."), ("target", "due"), mail=False
    ),
    "overdue": Kind(
        _("overdue"),
        _("%(subject)s is overdue since %(due)s: %(title)s."),
        ("target", "due"),
        urgent=True,
        staff=True,
    ),
    "escalated": Kind(
        _("escalated to you"),
        _("Level %(level)s: %(subject)s %(title)s, %(target)s due %(due)s."),
        ("level", "target", "due", "priority"),
        staff=True,
    ),
    "invitation": Kind(
        _("invitation"), _("You are invited to houqin."), ("days", "username"), in_app=False, secret=True
    ),
    "password_reset": Kind(
        _("password reset"),
        _("A new password was asked for."),
        ("hours",),
        in_app=False,
        urgent=True,
        secret=True,
    ),
    "backup_failed": Kind(
        _("back-up failed"),
        _("The back-up failed: %(reason)s"),
        ("reason", "since"),
        urgent=True,
        staff=True,
    ),
    "stock_unproven": Kind(
        _("books of the stores do not add up"),
        _("The books of the stores do not add up: %(count)s proofs failed. %(reason)s"),
        ("count", "reason"),
        urgent=True,
        staff=True,
    ),
    "calendar_unconfirmed": Kind(
        _("holidays not confirmed"),
        _("The holidays of %(year)s are not confirmed; due times in it are provisional."),
        ("year",),
        staff=True,
    ),
    "licence_ending": Kind(
        _("licence ends before long"),
        _("The licence “%(licence)s” of %(person)s ends on %(until)s."),
        ("licence", "until", "person"),
        staff=True,
    ),
    "licence_ended": Kind(
        _("licence at its end"),
        _("The licence “%(licence)s” of %(person)s holds until %(until)s and no longer."),
        ("licence", "until", "person"),
        staff=True,
    ),
    "mail_storm": Kind(
        _("storm of mails"),
        _("Too many mails of %(sender)s in an hour: %(title)s. They are put aside."),
        ("sender", "most"),
        mail=False,
        urgent=True,
        staff=True,
    ),
    "address_suspended": Kind(
        _("address that returns mail"),
        _("Mail to %(address)s comes back; it is written to no more: %(reason)s"),
        ("address", "reason"),
        mail=False,
        staff=True,
    ),
    "mail_attention": Kind(
        _("mail that needs a look"),
        _("Mail needs a look: %(aside)s put aside, %(failed)s not sent."),
        ("aside", "failed"),
        mail=False,
        staff=True,
    ),
    "export_ready": Kind(_("export ready"), _("%(subject)s is ready to be fetched."), ("rows",), mail=False),
}


def choosable(*, staff: bool) -> dict[str, Kind]:
    """Return the kinds a person may do without by mail: all that are also in the bell and may reach them."""
    return {
        name: kind for name, kind in KINDS.items() if kind.mail and kind.in_app and (staff or not kind.staff)
    }
