"""What a person does not want by mail."""

from django.db import models


class Unwanted(models.Model):
    """A kind of message a person does not want by mail; the bell shows it all the same."""

    person = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="unwanted_mails")
    kind = models.CharField(max_length=30)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="unwanted_once_per_kind", fields=["person", "kind"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
