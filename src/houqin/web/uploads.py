"""Files that come in by a form and go out through the door of what they belong to."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.files.actions.store import store
from houqin.files.models import Attachment
from houqin.files.queries.content import open_content, shown_in_page
from houqin.files.sniffing import NotAccepted
from houqin.kernel.errors import Invalid, Missing


class ManyFilesInput(forms.FileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Photos and files; gives a list of uploads, at most as many as the settings allow."""

    widget = ManyFilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("allow_empty_file", True)  # `stored` names the one that is empty
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Every upload, none where nothing was chosen."""
        given = data if isinstance(data, list | tuple) else [data]
        found = [super(PhotosField, self).clean(one, initial) for one in given if one]
        if len(found) > settings.MAX_FILES_PER_UPLOAD:
            raise forms.ValidationError(
                _("At most %(most)d files at a time; you chose %(count)d.")
                % {"most": settings.MAX_FILES_PER_UPLOAD, "count": len(found)}
            )
        return found


def stored(
    uploads: list[UploadedFile[bytes]], *, by: User | None, field: str = "photos", photos: bool = False
) -> tuple[int, ...]:
    """The ids of the stored uploads; with `photos` only pictures are taken.

    Raises `Invalid` for the form field, naming each file that is not accepted and why; what was
    stored before it goes with the transaction.
    """
    kept, wrong = [], []
    for upload in uploads:
        try:
            kept.append(_stored(upload, by=by, photos=photos))
        except Invalid as refusal:
            wrong.append(str(refusal))
    if wrong:
        raise Invalid(" ".join(wrong), field=field)
    return tuple(kept)


def _stored(upload: UploadedFile[bytes], *, by: User | None, photos: bool) -> int:
    name = {"name": (upload.name or "")[:60]}
    try:
        made = store(upload=upload, by=by)
    except NotAccepted as refusal:
        raise Invalid(_not_a_photo(name) if photos else _named(name, refusal)) from None
    except Invalid as refusal:
        raise Invalid(_not_a_photo(name) if photos and not upload.size else _named(name, refusal)) from None
    if photos and not made.is_image:
        raise Invalid(_not_a_photo(name))
    return made.pk


def _not_a_photo(name: dict[str, str]) -> str:
    return _("“%(name)s” is not a photo. Please take it again or choose one from the album.") % name


def _named(name: dict[str, str], refusal: Invalid) -> str:
    return _("“%(name)s”: %(sentence)s") % {**name, "sentence": refusal}


def serve(request: HttpRequest, attachment: Attachment) -> FileResponse:
    """The bytes of an attachment the caller was found to be allowed to read.

    Pictures are shown, everything else is a download. `?size=small` gives the thumbnail. Browsers
    may keep the answer for themselves: the bytes of a key never change.
    """
    small = request.GET.get("size") == "small"
    try:
        content = open_content(attachment, thumbnail=small)
    except Missing:
        raise Http404 from None
    response = FileResponse(content, content_type=attachment.content_type)
    inline = shown_in_page(attachment)
    disposition = content_disposition_header(not inline, attachment.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response
