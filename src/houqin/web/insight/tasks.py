"""Long periods are counted in the background."""

from django.conf import settings
from django.utils.translation import override
from procrastinate.contrib.django import app

from houqin.web.insight import counting


@app.task(name=counting.TASK)
def count(*, kind: str, key: str, user_id: int, query: str, language: str) -> None:
    """Count what an address asks for and keep it for whoever asked. A person who has left gets nothing."""
    with override(language or settings.LANGUAGE_CODE):
        counting.run(kind, key, user_id, query)
