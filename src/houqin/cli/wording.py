"""Sentences of the command line in the operator's language, before and after Django is set up.

Django cannot translate until every app is loaded, and the commands that only watch others never
load them; so the catalogue is read directly.
"""

import gettext as catalogues
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parents[1] / "locale"
FOLDERS = {"zh-hans": "zh_Hans", "en": "en"}


def operator_language(environ: Mapping[str, str] | None = None) -> str:
    """Return `zh-hans` or `en`: what the terminal is set to, else what new visitors get (HOUQIN_LANGUAGE)."""
    env = os.environ if environ is None else environ
    wanted = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    for prefix, language in (("zh", "zh-hans"), ("en", "en")):
        if wanted.startswith(prefix):
            return language
    return "en" if env.get("HOUQIN_LANGUAGE", "").lower() == "en" else "zh-hans"


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    return catalogues.translation("django", LOCALE, [FOLDERS[language]], fallback=True)


def gettext(message: str) -> str:
    """Return the message in the operator's language."""
    return _catalogue(operator_language()).gettext(message)
