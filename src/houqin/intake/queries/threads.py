"""To which request a mail belongs, and in what part its sender writes."""

from dataclasses import dataclass

from houqin.accounts.models import User
from houqin.desk.models import Follower, RequestOrder, ServiceRequest
from houqin.desk.policies import allowed_steps
from houqin.desk.queries.affected import followers_of
from houqin.desk.queries.recipients import requesters_of
from houqin.intake.addressing import anchored, is_of_another, is_ours, signed, tagged
from houqin.intake.models import InboundMessage
from houqin.intake.parsing import Parsed
from houqin.notify.models import OutMail


@dataclass(frozen=True)
class Thread:
    """What a mail refers to.

    `about` is the number it names; `request` what that is or stands behind it, None where there is
    no such thing any more. `proven` tells that the sender holds a mail that we sent to that very
    address, or a signed address of ours: something nobody can guess.
    """

    about: str = ""
    request: ServiceRequest | None = None
    how: str = ""
    proven: bool = False
    forged: bool = False
    of_another: bool = False


def thread_of(mail: Parsed, envelope_to: list[str]) -> Thread:
    """Return what a mail answers: by In-Reply-To, References, signed address, subject, in this order.

    An answer to the mail of another installation is not threaded by its number, which may be one of
    ours too.
    """
    sent = _sent(mail)
    proven = any(mail.from_address == to.lower() for to, _about in sent.values())
    for how, ids in (
        ("In-Reply-To", mail.in_reply_to),
        ("References", mail.references[::-1]),
        ("report", mail.about_ids),
    ):
        for about in _numbers(ids, sent):
            if (request := request_about(about)) is not None or about.startswith("GD"):
                return Thread(about, request, how, proven=proven)
    number, forged = signed(mail, envelope_to)
    if number and (request := request_about(number)) is not None:
        return Thread(number, request, "address", proven=True)
    of_another = any(is_of_another(one) for one in (*mail.in_reply_to, *mail.references))
    about = "" if of_another else tagged(mail.subject)
    if about and (request := request_about(about)) is not None:
        return Thread(about, request, "subject", forged=forged)
    return Thread(forged=forged, of_another=of_another)


def request_about(about: str) -> ServiceRequest | None:
    """Return the request with a number, or the one that the work order with the number was raised for."""
    if about.startswith("GD"):
        link = RequestOrder.objects.filter(order__number=about).select_related("request").first()
        return link.request if link else None
    return ServiceRequest.objects.filter(number=about).first()


def target_of(request: ServiceRequest) -> ServiceRequest:
    """Return the request that a merged one goes on as; a circle, which no rule allows, is not followed."""
    seen = {request.pk}
    while request.merged_into is not None and request.merged_into.pk not in seen:
        request = request.merged_into
        seen.add(request.pk)
    return request


def account_of(address: str) -> User | None:
    """Return the person with an address who may sign in."""
    return User.objects.filter(email__iexact=address, is_active=True).first() if address else None


def asks_for_it(address: str, person: User | None, request: ServiceRequest) -> bool:
    """Tell whether an address is that of the requester, or of one whose request was merged into this one."""
    for own in requesters_of(request):
        if own.contact_email.lower() == address or (person is not None and own.requester_id == person.pk):
            return True
    return False


def follows_it(address: str, person: User | None, request: ServiceRequest) -> Follower | None:
    """Return who follows a request, or what it goes on as, under an address or with its account."""
    for follower in followers_of(target_of(request)):
        if person is not None and follower.user_id == person.pk:
            return follower
        if follower.user_id is None and follower.email.lower() == address:
            return follower
    return None


def belongs_to_it(address: str, person: User | None, request: ServiceRequest) -> bool:
    """Tell whether what an address writes about a request is put there: of requester, follower or staff."""
    return (
        asks_for_it(address, person, request)
        or works_on_it(person, request)
        or follows_it(address, person, request) is not None
    )


def works_on_it(person: User | None, request: ServiceRequest) -> bool:
    """Tell whether somebody may write to the requester."""
    return person is not None and "reply" in allowed_steps(person, request)


def _sent(mail: Parsed) -> dict[str, tuple[str, str]]:
    """Receiver and number of each mail of ours that is referred to, by its id."""
    ids = [one for one in (*mail.in_reply_to, *mail.references, *mail.about_ids) if is_ours(one)]
    found = OutMail.objects.filter(message_id__in=[f"<{one}>" for one in ids[:100]])
    return {
        message_id.strip("<>"): (to, about)
        for message_id, to, about in found.values_list("message_id", "to", "about")
    }


def _numbers(ids: list[str], sent: dict[str, tuple[str, str]]) -> list[str]:
    """The numbers that ids stand for, in their order."""
    tied = dict(
        InboundMessage.objects.filter(message_id__in=ids[:100])
        .exclude(request_number="")
        .values_list("message_id", "request_number")
    )
    found = [anchored(one) or (sent[one][1] if one in sent else "") or tied.get(one, "") for one in ids]
    return [number for number in dict.fromkeys(found) if number[:2] in {"FW", "GD"}]
