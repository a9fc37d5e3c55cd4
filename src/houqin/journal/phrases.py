"""The sentences of a timeline, one table for requests and one for work orders.

Each kind has sentences for staff and, where requesters see it, for them. Of several the first is
taken whose facts are all there, so the fullest stands first. `who` and `reason` are known to all
kinds; the other facts are keys of the event's `data`. What a silence did has a kind of its own.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Phrase:
    """How a kind of event is told; a nameless actor is the requester when `by_requester`, and so on."""

    staff: tuple[Promise, ...]
    public: tuple[Promise, ...] = ()
    by_requester: bool = False
    by_follower: bool = False


ESCALATED = Phrase(
    (
        _(
            "Level %(level)s of %(partner)s (%(target)s due %(due_at)s) found no %(missing)s "
            "and was told to %(told)s."
        ),
        _("Level %(level)s of %(partner)s (%(target)s due %(due_at)s) was told to %(told)s."),
        _("Level %(level)s (%(target)s due %(due_at)s) found no %(missing)s and was told to %(told)s."),
        _("Level %(level)s (%(target)s due %(due_at)s) was told to %(told)s."),
        _("Level %(level)s (%(target)s due %(due_at)s) found nobody to be told."),
        _("Others were told that it takes too long."),
    )
)

REQUEST: dict[str, Phrase] = {
    "opened": Phrase(
        (
            _("%(who)s reported this by %(channel)s; priority %(priority)s."),
            _("%(who)s reported this by %(channel)s."),
            _("%(who)s reported this."),
        ),
        (_("We have received your request."),),
        by_requester=True,
    ),
    "accepted": Phrase((_("%(who)s accepted the request."),), (_("Your request is accepted."),)),
    "corrected": Phrase((_("%(who)s corrected: %(changes)s."), _("%(who)s corrected the request."))),
    "asked": Phrase(
        (_("%(who)s asked the requester: %(reason)s"), _("%(who)s asked the requester a question.")),
        (_("We need to know from you: %(reason)s"), _("We have a question for you.")),
    ),
    "answered": Phrase(
        (_("%(who)s answered the question."),), (_("You answered our question."),), by_requester=True
    ),
    "question_dropped": Phrase(
        (_("%(who)s no longer needs the answer."),), (_("Your answer is no longer needed."),)
    ),
    "rejected": Phrase(
        (_("%(who)s rejected the request: %(reason)s"), _("%(who)s rejected the request.")),
        (_("We cannot take this on: %(reason)s"), _("We cannot take this on.")),
    ),
    "merged": Phrase(
        (_("%(who)s merged this into %(into)s."), _("%(who)s merged this into another request.")),
        (_("This was known already and goes on under %(into)s."), _("This goes on under another request.")),
    ),
    "absorbed": Phrase(
        (
            _("%(who)s merged %(number)s into this request; people affected: %(affected)s."),
            _("%(who)s merged %(number)s into this request."),
            _("%(who)s merged another request into this one."),
        )
    ),
    "followed": Phrase(
        (
            _("%(who)s has the same trouble; people affected: %(affected)s."),
            _("%(who)s has the same trouble."),
        ),
        by_follower=True,
    ),
    "unfollowed": Phrase(
        (
            _("%(who)s does not follow this any more; people affected: %(affected)s."),
            _("%(who)s does not follow this any more."),
        ),
        by_follower=True,
    ),
    "impact_raised": Phrase(
        (_("People affected: %(affected)s. By that: %(changes)s."), _("More people are affected."))
    ),
    "follower_link_renewed": Phrase(
        (
            _("%(who)s made a new link for %(follower)s; the old one no longer works."),
            _("%(who)s made a new link for a follower; the old one no longer works."),
        )
    ),
    "withdrawn": Phrase(
        (_("%(who)s withdrew the request: %(reason)s"), _("%(who)s withdrew the request.")),
        (_("You withdrew this request."),),
        by_requester=True,
    ),
    "started": Phrase(
        (_("Work has started with %(order)s."), _("Work has started.")), (_("Work on it has started."),)
    ),
    "resolved": Phrase(
        (_("%(who)s reported it done: %(reason)s"), _("%(who)s reported it done.")),
        (_("It is done: %(reason)s Please accept it."), _("It is done. Please accept it.")),
    ),
    "closed": Phrase(
        (_("%(who)s accepted the result; the request is closed."),),
        (_("You have accepted the result."),),
        by_requester=True,
    ),
    "closed_by_silence": Phrase(
        (_("No answer within the time agreed: accepted by the system, the request is closed."),),
        (_("We had no answer from you in time, so the system accepted the result."),),
    ),
    "refused": Phrase(
        (_("%(who)s did not accept the result: %(reason)s"), _("%(who)s did not accept the result.")),
        (_("You did not accept the result: %(reason)s"), _("You did not accept the result.")),
        by_requester=True,
    ),
    "taken_back": Phrase(
        (_("%(who)s took the result back: %(reason)s"), _("%(who)s took the result back.")),
        (_("Work on it goes on."),),
    ),
    "reopened": Phrase(
        (_("%(who)s reopened the request: %(reason)s"), _("%(who)s reopened the request.")),
        (_("The request is open again: %(reason)s"), _("The request is open again.")),
        by_requester=True,
    ),
    "followed_on": Phrase(
        (_("Reported again as %(number)s."), _("Reported again.")),
        (_("You reported it again as %(number)s."), _("You reported it again.")),
        by_requester=True,
    ),
    "follows_on": Phrase(
        (_("Follows on %(number)s."), _("Follows on an earlier request.")),
        (_("Follows on your request %(number)s."), _("Follows on your earlier request.")),
    ),
    "chased": Phrase(
        (
            _("%(who)s chased (%(times)s so far): %(reason)s"),
            _("%(who)s chased (%(times)s so far)."),
            _("%(who)s chased."),
        ),
        (_("You chased us: %(reason)s"), _("You chased us.")),
        by_requester=True,
    ),
    "rated": Phrase(
        (
            _("%(who)s rated: speed %(speed)s, service %(attitude)s, result %(quality)s of 5."),
            _("%(who)s rated the service."),
        ),
        (_("You rated us. Thank you."),),
        by_requester=True,
    ),
    "follow_up_opened": Phrase(
        (_("A follow-up call is due by %(due_at)s."), _("A follow-up call is to be made."))
    ),
    "follow_up_done": Phrase(
        (_("%(who)s made the follow-up call: %(reason)s"), _("%(who)s made the follow-up call."))
    ),
    "attached": Phrase(
        (
            _("%(who)s attached %(names)s."),
            _("%(who)s attached files: %(count)s."),
            _("%(who)s attached files."),
        ),
        (_("Files were attached."),),
        by_requester=True,
    ),
    "order_raised": Phrase(
        (
            _("%(who)s raised %(order)s as rework of %(rework_of)s."),
            _("%(who)s raised work order %(order)s."),
            _("%(who)s raised a work order."),
        ),
        (_("We have arranged for it to be done."),),
    ),
    "assigned": Phrase((_("%(who)s gave it to %(crew)s."), _("%(who)s assigned it."))),
    "promised": Phrase(
        (
            _("%(who)s promised %(target_at)s: %(reason)s"),
            _("%(who)s promised %(target_at)s."),
            _("%(who)s took the promised time back."),
        ),
        (_("We promise it by %(target_at)s."), _("The promised time no longer holds.")),
    ),
    "recomputed": Phrase(
        (_("Due time recomputed: %(due_at_before)s → %(due_at)s."), _("Due time recomputed."))
    ),
    "escalated": ESCALATED,
    "link_renewed": Phrase((_("%(who)s made a new tracking link; the old one no longer works."),)),
    "imported": Phrase(
        (_("Taken over from %(source)s."), _("Taken over from an earlier system.")),
        (_("Taken over from an earlier system."),),
    ),
}

ORDER: dict[str, Phrase] = {
    "raised": Phrase(
        (_("%(who)s raised the order as rework of %(rework_of)s."), _("%(who)s raised the order.")),
        (_("We have arranged for it to be done."),),
    ),
    "submitted_for_approval": Phrase(
        (_("%(who)s submitted the order for approval."),), (_("It awaits approval."),)
    ),
    "released": Phrase((_("%(who)s released the order for dispatch."),), (_("It is approved."),)),
    "approval_refused": Phrase((_("%(who)s refused approval: %(reason)s"), _("%(who)s refused approval."))),
    "dispatched": Phrase(
        (
            _("%(who)s dispatched the order to %(worker)s (%(crew)s)."),
            _("%(who)s dispatched the order to %(worker)s."),
            _("%(who)s dispatched the order to %(crew)s."),
            _("%(who)s dispatched the order."),
        ),
        (_("%(worker)s will come."), _("%(crew)s will come."), _("Somebody is assigned.")),
    ),
    "reassigned": Phrase(
        (
            _("%(who)s reassigned the order to %(worker)s: %(reason)s"),
            _("%(who)s reassigned the order to %(worker)s."),
            _("%(who)s reassigned the order to %(crew)s: %(reason)s"),
            _("%(who)s reassigned the order to %(crew)s."),
            _("%(who)s reassigned the order."),
        ),
        (_("%(worker)s will come."), _("%(crew)s will come."), _("Somebody else is assigned.")),
    ),
    "offered": Phrase(
        (
            _("%(who)s offered it to %(worker)s of %(crew)s."),
            _("%(who)s offered it to %(worker)s."),
            _("%(who)s offered it."),
        )
    ),
    "offer_expired": Phrase((_("%(was)s did not accept it in time."), _("It was not accepted in time."))),
    "scheduled": Phrase(
        (
            _("%(who)s made an appointment: %(scheduled_from)s to %(scheduled_until)s."),
            _("%(who)s made an appointment: %(scheduled_from)s."),
            _("%(who)s cleared the appointment."),
        ),
        (
            _("Appointment: %(scheduled_from)s to %(scheduled_until)s."),
            _("Appointment: %(scheduled_from)s."),
            _("The appointment no longer holds."),
        ),
    ),
    "accepted": Phrase(
        (_("%(who)s accepted the order."),),
        (_("%(who)s has taken it on."), _("A technician has taken it on.")),
    ),
    "claimed": Phrase(
        (_("%(who)s claimed the order."),),
        (_("%(who)s has taken it on."), _("A technician has taken it on.")),
    ),
    "sent_back": Phrase(
        (_("%(who)s sent the order back: %(reason)s"), _("%(who)s sent the order back.")),
        (_("Somebody else will be assigned."),),
    ),
    "arrived": Phrase((_("%(who)s arrived."),), (_("The technician is there."),)),
    "started": Phrase((_("%(who)s started work."),), (_("Work on it has started."),)),
    "held": Phrase(
        (
            _("%(who)s put it on hold until %(promised_until)s, waiting for %(hold_reason)s: %(note)s"),
            _("%(who)s put it on hold until %(promised_until)s, waiting for %(hold_reason)s."),
            _("%(who)s put it on hold, waiting for %(hold_reason)s: %(note)s"),
            _("%(who)s put it on hold, waiting for %(hold_reason)s."),
            _("%(who)s put it on hold."),
        ),
        (
            _("We have to wait: %(plain_reason)s. We expect to go on by %(promised_until)s."),
            _("We have to wait: %(plain_reason)s."),
            _("We have to wait."),
        ),
    ),
    "resumed": Phrase((_("%(who)s resumed work."),), (_("Work on it goes on."),)),
    "completed": Phrase(
        (
            _("%(who)s completed the order (%(result)s): %(note)s"),
            _("%(who)s completed the order (%(result)s)."),
            _("%(who)s completed the order."),
        ),
        (_("The work is done."),),
    ),
    "verified": Phrase((_("%(who)s verified the work."),), (_("The work is accepted."),), by_requester=True),
    "verified_by_silence": Phrase(
        (_("Verified by the system: no answer within the time agreed."),), (_("The work is accepted."),)
    ),
    "not_accepted": Phrase(
        (_("%(who)s did not accept the work: %(reason)s"), _("%(who)s did not accept the work.")),
        (_("The work was not accepted; it goes on."),),
        by_requester=True,
    ),
    "closed": Phrase((_("The order is closed."),), (_("Closed."),)),
    "amended": Phrase(
        (_("%(who)s amended the closed order: %(changes)s."), _("%(who)s amended the closed order."))
    ),
    "cancelled": Phrase(
        (_("%(who)s voided the order: %(reason)s"), _("%(who)s voided the order.")),
        (_("This work will not be done."),),
    ),
    "helper_added": Phrase((_("%(who)s added %(helper)s as helper."), _("%(who)s added a helper."))),
    "helper_removed": Phrase(
        (_("%(who)s took %(helper)s off the order."), _("%(who)s took a helper off the order."))
    ),
    "part_planned": Phrase((_("%(who)s needs %(qty)s %(unit)s of %(item)s."), _("%(who)s needs parts."))),
    "part_dropped": Phrase(
        (_("%(who)s no longer needs %(qty)s %(unit)s of %(item)s."), _("%(who)s no longer needs parts."))
    ),
    "part_taken": Phrase(
        (_("%(who)s took %(qty)s %(unit)s of %(item)s (%(document)s)."), _("%(who)s took parts."))
    ),
    "cost_charged": Phrase((_("%(who)s charged ￥%(amount)s (%(document)s)."), _("%(who)s charged a cost."))),
    "part_returned": Phrase(
        (
            _("%(who)s brought back %(qty)s %(unit)s of %(item)s (%(document)s)."),
            _("%(who)s brought parts back."),
        )
    ),
    "priority": Phrase(
        (
            _("%(who)s changed the priority from %(priority_before)s to %(priority)s."),
            _("%(who)s set the priority to %(priority)s."),
            _("%(who)s changed the priority."),
        )
    ),
    "step_answered": Phrase((_("%(who)s answered “%(step)s”: %(answer)s"), _("%(who)s answered a step."))),
    "time_entered": Phrase(
        (
            _("%(who)s entered working time of %(person)s: %(started_at)s to %(ended_at)s."),
            _("%(who)s entered working time."),
        )
    ),
    "time_corrected": Phrase(
        (
            _("%(who)s corrected working time of %(person)s: %(started_at)s to %(ended_at)s."),
            _("%(who)s corrected working time."),
        )
    ),
    "time_removed": Phrase(
        (
            _("%(who)s removed working time of %(person)s: %(started_at)s to %(ended_at)s."),
            _("%(who)s removed working time."),
        )
    ),
    "attached": Phrase(
        (_("%(who)s attached %(names)s."), _("%(who)s attached files.")), (_("Files were attached."),)
    ),
    "detached": Phrase((_("%(who)s took away %(names)s."), _("%(who)s took files away."))),
    "note": Phrase((_("%(who)s noted: %(reason)s"), _("%(who)s left a note."))),
    "escalated": ESCALATED,
    "imported": REQUEST["imported"],
}
