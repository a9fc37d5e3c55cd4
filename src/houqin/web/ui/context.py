"""What every layout needs to know; all of it is looked up only when a layout asks."""

from functools import cached_property
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from houqin.accounts.models import User
from houqin.notify.queries.bell import unread_count
from houqin.org.models import Organisation
from houqin.org.queries.organisation import organisation
from houqin.web.ui import nav

THEMES = ("auto", "light", "dark")
DENSITIES = ("dense", "comfy")
THEME_COOKIE = "houqin_theme"
DENSITY_COOKIE = "houqin_density"
_LANG_ATTRIBUTE = {"zh-hans": "zh-Hans"}


class Frame:
    """Theme, density, language and navigation of one request."""

    def __init__(self, request: HttpRequest | None) -> None:
        self.request = request

    def _cookie(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.request.COOKIES.get(name, "") if self.request else ""
        return value if value in allowed else allowed[0]

    @cached_property
    def theme(self) -> str:
        """`auto`, `light` or `dark`, for `<html data-bs-theme>`."""
        return self._cookie(THEME_COOKIE, THEMES)

    @cached_property
    def density(self) -> str:
        """`dense` or `comfy`: the height of table rows on a desk."""
        return self._cookie(DENSITY_COOKIE, DENSITIES)

    @cached_property
    def keys(self) -> str:
        """`on` or `off`: whether single keys do something."""
        user = getattr(self.request, "user", None)
        return "on" if getattr(user, "shortcuts", True) else "off"

    @cached_property
    def lang(self) -> str:
        """The language of the page as an HTML `lang`."""
        code = get_language() or settings.LANGUAGE_CODE
        return _LANG_ATTRIBUTE.get(code, code)

    @cached_property
    def other_language(self) -> tuple[str, str, str]:
        """Code, `lang` attribute and short name of the language to switch to."""
        return ("zh-hans", "zh-Hans", "中") if self.lang == "en" else ("en", "en", "EN")

    @cached_property
    def chapters(self) -> list[nav.Entry]:
        """The chapters of the left rail."""
        return list(nav.chapters(self.request)) if self.request else []

    @cached_property
    def tabs(self) -> list[nav.Entry]:
        """The tabs at the bottom of a phone on pages of the desk, for whose day is not at a desk."""
        day = nav.day_of(getattr(self.request, "user", None))
        return nav.tabs(day) if day else []

    @cached_property
    def unread(self) -> int:
        """How many notices wait for this person; more than 99 read as 100."""
        user = getattr(self.request, "user", None)
        return unread_count(user) if isinstance(user, User) else 0

    @cached_property
    def organisation(self) -> Organisation:
        """Whose installation this is."""
        return organisation()

    @cached_property
    def here(self) -> str:
        """Where a switch of language or theme comes back to."""
        if self.request is None:
            return "/"
        if self.request.method == "GET":
            return self.request.get_full_path()
        # A form that came back with errors: the page it was sent from.
        came_from = urlsplit(self.request.headers.get("referer", ""))
        ours = came_from.netloc == self.request.get_host() and came_from.path.startswith("/")
        return urlunsplit(("", "", came_from.path, came_from.query, "")) if ours else "/"


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: `frame`."""
    return {"frame": Frame(request)}
