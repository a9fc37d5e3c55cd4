"""Writing about a request: to the requester or among staff, or one of the usual first answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from houqin.accounts.models import User
from houqin.desk.models import Message, ServiceRequest
from houqin.flows.add_message import add_note, write_to_requester
from houqin.web.uploads import PhotosField, stored

REPLY, NOTE = "reply", "note"
QUICK = {
    "received": _("We have read your report and are arranging for somebody to come."),
    "coming": _("A technician is on the way to you."),
    "careful": _("Please keep away from the spot until our technician is there."),
    "later": _("We cannot come today; we will be there on the next working day."),
}
"""What is written most often at first. It is sent in the requester's language."""


class ComposeForm(forms.Form):
    """A reply or a note, with photos; or the key of a quick reply."""

    side = forms.ChoiceField(
        choices=[
            (REPLY, pgettext_lazy("write", "To the requester")),
            (NOTE, pgettext_lazy("write", "Internal note")),
        ],
        initial=REPLY,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Text"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    photos = PhotosField(label=_("Photos"))
    quick = forms.ChoiceField(choices=[(key, key) for key in QUICK], required=False)

    def clean(self) -> dict[str, Any]:
        """Words are needed, photos alone say too little."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("quick") and not cleaned.get("text", "").strip():
            self.add_error("text", _("Please write something."))
        return cleaned


def say(request: ServiceRequest, form: ComposeForm, user: User) -> Message:
    """The message that a filled-in form means, written. Raises what the flows raise."""
    given = form.cleaned_data
    if given["quick"]:
        with override(request.language):
            text = str(QUICK[given["quick"]])
        return write_to_requester(request_id=request.pk, text=text, by=user)
    flow = add_note if given["side"] == NOTE else write_to_requester
    attachments = stored(given["photos"], by=user)
    return flow(request_id=request.pk, text=given["text"], by=user, attachment_ids=attachments)
