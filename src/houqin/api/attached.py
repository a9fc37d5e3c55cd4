"""Files on requests and work orders: how they are shown, taken in and handed out."""

from collections.abc import Iterable

from django.http import FileResponse, HttpRequest
from django.utils.http import content_disposition_header
from ninja import UploadedFile
from ninja.params.functions import File as Part

from houqin.accounts.models import User
from houqin.api.request_shapes import File
from houqin.desk.models import RequestAttachment, ServiceRequest
from houqin.files.actions.store import store
from houqin.files.models import Attachment
from houqin.files.queries.content import open_content, shown_in_page
from houqin.kernel.errors import Invalid
from houqin.work.models import OrderAttachment, WorkOrder

ROOT = "/api/v1"
UPLOAD = Part(..., description="A picture or document of at most 20 MB.")
ANY_CONTENT = {
    "responses": {
        "200": {
            "description": "The bytes; pictures inline, anything else as a download.",
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}
"""What the description says of an operation that hands out a file."""


def stored_upload(upload: UploadedFile, *, by: User) -> Attachment:
    """The upload, checked and stored; raises `Invalid` naming the member `file`."""
    try:
        return store(upload=upload, by=by)
    except Invalid as refusal:
        refusal.field = "file"
        raise


def serve(request: HttpRequest, attachment: Attachment) -> FileResponse:
    """The bytes of a file the caller may read; `?size=small` gives the thumbnail of a picture.

    Pictures are inline, everything else is a download, and nothing in it may run.
    """
    content = open_content(attachment, thumbnail=request.GET.get("size") == "small")
    response = FileResponse(content, content_type=attachment.content_type)
    disposition = content_disposition_header(not shown_in_page(attachment), attachment.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def shown(attachment: Attachment, path: str, *, public: bool, stage: str = "") -> File:
    """A file as it is described; its content is at `path`."""
    return File(
        id=attachment.pk,
        name=attachment.name,
        content_type=attachment.content_type,
        size=attachment.size,
        width=attachment.width,
        height=attachment.height,
        stage=stage,
        public=public,
        path=path,
    )


def ties_of_request(request: ServiceRequest, *, public: bool) -> list[RequestAttachment]:
    """The files of a request; with `public` those that its requester is shown."""
    ties = RequestAttachment.objects.filter(request=request).select_related("attachment")
    return list(ties.filter(public=True) if public else ties)


def files_of_request(request: ServiceRequest, ties: Iterable[RequestAttachment]) -> list[File]:
    """The files of a request as they are described."""
    return [
        shown(
            tie.attachment,
            f"{ROOT}/requests/{request.number}/attachments/{tie.attachment_id}",
            public=tie.public,
        )
        for tie in ties
    ]


def files_of_order(order: WorkOrder, ties: Iterable[OrderAttachment]) -> list[File]:
    """The files of a work order as they are described."""
    return [
        shown(
            tie.attachment,
            f"{ROOT}/work-orders/{order.number}/attachments/{tie.attachment_id}",
            public=tie.public,
            stage=tie.stage,
        )
        for tie in ties
    ]
