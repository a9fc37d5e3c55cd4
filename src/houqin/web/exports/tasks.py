"""Long exports in the background."""

from django.conf import settings
from django.utils.translation import override
from procrastinate.contrib.django import app

from houqin.accounts.models import User
from houqin.web.exports import making


@app.task(name="exports.write")
def write(*, kind: str, user_id: int, query: str, token: str, language: str) -> None:
    """Write an export and tell its owner. A person who has left gets none."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    with override(language or settings.LANGUAGE_CODE):
        making.prepare(kind=kind, user=user, query=query, token=token)


@app.periodic(cron="33 * * * *")
@app.task(name="exports.forget_old", queueing_lock="exports.forget_old")
def forget_old(timestamp: int) -> None:
    """Delete exports of yesterday."""
    making.forget_old()
