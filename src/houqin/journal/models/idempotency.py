"""Answers kept under the key a caller gave, so that a repeated call has one effect."""

from django.db import models


class StoredAnswer(models.Model):
    """What was answered to a POST that carried a key.

    Written in the same transaction as the effect. `owner` is the caller the key belongs to,
    `request_digest` a hash over what was asked: anything else under the same key is refused.
    """

    owner = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    stored_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="stored_answer_once_per_key", fields=["owner", "key"])]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"
