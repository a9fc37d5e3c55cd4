"""A person with a browser: signs in, looks, taps; whatever the browser complains about is kept."""

from contextlib import suppress
from typing import Any, Literal

from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, Response

from houqin.accounts.models import User

PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 800}
LOCALES = {"zh-hans": "zh-CN", "en": "en-GB"}


class Visitor:
    """One browser context with one page. `tap` counts what a finger does."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        *,
        person: User | None = None,
        language: str = "zh-hans",
        size: dict[str, int] = PHONE,
        scheme: Literal["light", "dark"] = "light",
        script: bool = True,
    ) -> None:
        self.address = address
        self.complaints: list[str] = []
        self.taps = 0
        settings: dict[str, Any] = {"viewport": size, "locale": LOCALES[language], "color_scheme": scheme}
        settings |= {"reduced_motion": "reduce", "java_script_enabled": script}
        self.context = browser.new_context(base_url=address, **settings)
        self.context.set_default_timeout(10_000)
        if person is not None:
            self.sign_in(person)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("response", self._response)

    def sign_in(self, person: User) -> None:
        """Give the browser a session of the person."""
        client = Client()
        client.force_login(person, backend="houqin.accounts.backends.NameOrEmailBackend")
        self.use(client.cookies["sessionid"].value)

    def use(self, session: str) -> None:
        """Go on in a session that was begun elsewhere."""
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": self.address}])

    def open(self, path: str) -> int:
        """Go to an address and return the status of the answer."""
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None, path
        return answer.status

    def find(self, selector: str) -> Locator:
        """What a selector finds on the page."""
        return self.page.locator(selector)

    def tap(self, what: str | Locator, **how: Any) -> None:
        """Tap something that can be seen."""
        (self.find(what) if isinstance(what, str) else what).click(**how)
        self.taps += 1

    def step(self, what: str | Locator) -> None:
        """Tap something that sends the page on, and wait for the next one."""
        with self.page.expect_navigation(wait_until="load"):
            self.tap(what)

    def choose_photo(self, selector: str, name: str, content: bytes) -> None:
        """Choose a picture, which takes one tap besides the camera's own."""
        self.find(selector).first.set_input_files(
            files=[{"name": name, "mimeType": "image/jpeg", "buffer": content}]
        )
        self.taps += 1

    def widest(self) -> int:
        """How wide the document is, in pixels."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth")
        return width

    def close(self) -> None:
        """Close the browser's window; what was complained about stays."""
        with suppress(Exception):
            self.context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.url}")
