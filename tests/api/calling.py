"""Programs that call the API for a person of the cast, each with a token of its own."""

import json
from typing import Any, Protocol

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from houqin.accounts.actions import tokens
from houqin.accounts.models import User

__all__ = ["Caller", "calls"]

ROOT = "/api/v1"


class Calls(Protocol):
    """Makes a program that calls for a person."""

    def __call__(
        self, person: User, *, scopes: tuple[str, ...] = ("read", "write"), language: str = "en"
    ) -> "Caller": ...


class Caller:
    """Sends JSON with a token; the answers are Django's, with `.json()`."""

    def __init__(self, secret: str, language: str = "en") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Accept-Language": language}
        if secret:
            self.headers["Authorization"] = f"Bearer {secret}"

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(ROOT + path, query, headers=self.headers)

    def download(self, path: str, **query: Any) -> tuple[Any, bytes]:
        answer = self.get(path, **query)
        content = b"".join(answer.streaming_content)
        return answer, content

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("PATCH", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.send("DELETE", path, None, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """`headers` are written with underscores: `If_Match`."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(  # type: ignore[return-value]
            method, ROOT + path, data, "application/json", headers={**self.headers, **named}
        )

    def upload(self, path: str, name: str, content: bytes, **headers: str) -> Any:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        file = SimpleUploadedFile(name, content)
        return self.client.post(ROOT + path, {"file": file}, headers={**self.headers, **named})


@pytest.fixture
def calls() -> Calls:
    """`calls(xu)` is a program with a token of hers that may write."""

    def caller(person: User, *, scopes: tuple[str, ...] = ("read", "write"), language: str = "en") -> Caller:
        _token, secret = tokens.make(person=person, name="test", scopes=scopes)
        return Caller(secret, language)

    return caller
