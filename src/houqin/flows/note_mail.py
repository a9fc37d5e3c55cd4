"""A mail that is for staff only is kept as a note on a request.

Writes: desk (the note, its files), notify.
Locks: the request.
"""

from houqin.desk.actions import messages
from houqin.desk.actions.moving import lock
from houqin.desk.models import Message
from houqin.flows.telling import tell_desk
from houqin.kernel.flow import flow


@flow
def note_mail(
    *, request_id: int, text: str, sender: str, attachment_ids: tuple[int, ...], told: bool
) -> Message:
    """The note, under the sender's name; it answers nothing and moves no clock.

    The desk is told of it in the bell and by mail when it is `told`; of what machines write nobody is.
    """
    request = lock(request_id)
    note = messages.add(
        request_id=request_id,
        side=Message.Side.INTERNAL,
        text=text,
        by=None,
        by_name=sender,
        attachment_ids=attachment_ids,
    )
    if told:
        tell_desk(request, "message", f"message:{note.pk}", author=note.author_name, text=note.text)
    return note
