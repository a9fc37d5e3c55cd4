"""A scanner: it types a code and presses Enter, and the page sends back everything it holds."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

_INPUT = re.compile(r"<input\b([^>]*)>")
_FACT = re.compile(r'([\w-]+)="([^"]*)"')
_SAID = re.compile(r'<section class="scan-last c-(\w+)".*?</section>', re.DOTALL)
_FIELDS = (
    "form_key",
    "store",
    "head",
    "tail",
    "item",
    "unit",
    "made",
    "qty",
    "lot",
    "expires",
    "price",
    "nothing",
    "doubt",
)


class Scanner:
    """One page of scanning, from code to code."""

    def __init__(self, client: Client, path: str) -> None:
        self.client, self.path = client, path
        self.page: HttpResponse = client.get(path)
        assert self.page.status_code == 200, path

    def form(self) -> dict[str, list[str]]:
        """What the form on the page would send."""
        sent: dict[str, list[str]] = {}
        for tag in _INPUT.findall(self.page.content.decode()):
            facts = {name: unescape(value) for name, value in _FACT.findall(tag)}
            if facts.get("name") in {*_FIELDS, "reason", "at"}:
                sent.setdefault(facts["name"], []).append(facts.get("value", ""))
        return sent

    def send(self, **changes: Any) -> "Scanner":
        """The form with something else in it."""
        answer = self.client.post(self.path, {**self.form(), **changes})
        if answer.status_code == 200:
            self.page = answer
        self.answer = answer
        return self

    def scan(self, *codes: str) -> "Scanner":
        """Codes, one after the other."""
        for code in codes:
            self.send(scan=code, do="scan")
        return self

    @property
    def said(self) -> tuple[str, str]:
        """Colour and words of the last scan."""
        found = _SAID.search(self.page.content.decode())
        assert found is not None, "nothing was said"
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))
        return found.group(1), unescape(words).strip()

    @property
    def number(self) -> str:
        """The number of the document that the last scan posted."""
        assert self.answer.status_code == 303, self.said
        return self.answer.headers["Location"].rpartition("=")[2]
