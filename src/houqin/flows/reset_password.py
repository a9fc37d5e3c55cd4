"""Send somebody who forgot the password a link to set a new one.

Writes: accounts (invitation), notify (mail). Locks: the person.
"""

from houqin.accounts.actions import passwords
from houqin.kernel.flow import flow
from houqin.notify.actions import mail


@flow
def reset_password(*, login: str) -> None:
    """Queue the mail, if there is somebody to send it to; nobody learns from it whether there is.

    The link is good once, for two hours; at most three are sent to a person in an hour.
    """
    link = passwords.ask_reset(login=login)
    if link is None:
        return
    invitation, secret = link
    person = invitation.user
    mail.queue(
        to=person.email,
        kind="password_reset",
        language=person.language,
        change=f"reset:{invitation.pk}",
        about=person.username,
        data={
            "name": person.full_name,
            "username": person.username,
            "hours": passwords.RESET_FOR.seconds // 3600,
            "path": f"/accounts/password/link/{secret}/",
        },
        recipient=person,
        secret=True,
    )
