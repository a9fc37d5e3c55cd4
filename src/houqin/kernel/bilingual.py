"""Names in two languages: Chinese always, English where somebody wrote it."""

from django.utils.translation import get_language


def in_language(zh: str, en: str) -> str:
    """`en` for an English reader when there is one, `zh` otherwise."""
    return en if en and (get_language() or "").startswith("en") else (zh or en)
