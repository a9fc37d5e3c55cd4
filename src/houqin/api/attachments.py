"""Files that are stored first and named afterwards: in a report, a message."""

from django.db.models import Exists, OuterRef
from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import UploadedFile

from houqin.api.answers import answer
from houqin.api.attached import ANY_CONTENT, ROOT, UPLOAD, serve, shown, stored_upload
from houqin.api.auth import person_of
from houqin.api.request_shapes import File
from houqin.api.routes import Area
from houqin.api.seen import found
from houqin.desk.models import RequestAttachment
from houqin.files.models import Attachment
from houqin.work.models import OrderAttachment

area = Area()


@area.post("", response={201: File})
def create_attachment(request: HttpRequest, file: UploadedFile = UPLOAD) -> HttpResponse:
    """Store a picture or document, to be named in a report or message of the caller.

    Pictures are stored anew, without their metadata. What nobody has named after a day is removed.
    """
    stored = stored_upload(file, by=person_of(request))
    path = f"{ROOT}/attachments/{stored.pk}"
    return answer(shown(stored, path, public=False), status=201, location=path)


@area.get("/{int:key}", response={200: None}, openapi_extra=ANY_CONTENT)
def get_attachment(request: HttpRequest, key: int) -> FileResponse:
    """The content of a file the caller has stored and not named yet; then its owner hands it out."""
    own = Attachment.objects.filter(
        ~Exists(RequestAttachment.objects.filter(attachment=OuterRef("pk"))),
        ~Exists(OrderAttachment.objects.filter(attachment=OuterRef("pk"))),
        uploaded_by=person_of(request),
    )
    return serve(request, found(own, pk=key))
