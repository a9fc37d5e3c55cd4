"""Attachments. Who may read one is decided by its owner, so nothing here links to what it belongs to."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

IMAGE_TYPES = frozenset({"image/jpeg", "image/webp"})


def new_key() -> str:
    """Return a name for the file that nobody can guess (128 random bits)."""
    return secrets.token_hex(16)


class Attachment(models.Model):
    """A stored file: images re-encoded without their metadata, everything else as it came.

    The bytes lie in the data folder under `files/<first two of key>/<key>`, an image's thumbnail
    beside it; `sha256` and `size` are of the stored bytes. Only images may be shown in the page,
    anything else is handed out as a download.
    """

    key = models.CharField(max_length=32, unique=True, default=new_key)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    created_at = models.DateTimeField(_("stored"))

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="attachment_is_not_empty", condition=Q(size__gt=0))]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """True for what may be shown in the page."""
        return self.content_type in IMAGE_TYPES
