"""A request and its event, with the columns a list shows."""

from django.conf import settings
from django.db import models


class Place(models.Model):
    """Where."""

    name = models.CharField(max_length=80)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """What it is about."""

    name = models.CharField(max_length=80)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.name


class Request(models.Model):
    """What somebody asked for."""

    number = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=12, default="new")
    priority = models.CharField(max_length=12, default="normal")
    channel = models.CharField(max_length=12, default="api")
    title = models.CharField(max_length=120)
    description = models.TextField()
    contact_name = models.CharField(max_length=80)
    place = models.ForeignKey(Place, on_delete=models.PROTECT)
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        app_label = "bare"
        indexes = [models.Index(fields=["opened_at", "id"], name="bare_opened")]

    def __str__(self) -> str:
        return self.number


class Event(models.Model):
    """What happened."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    data = models.JSONField(default=dict)

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.kind
