"""Programs that write over the API and ask again, under the same key, until they are answered."""

import http.client
import json
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import Any

PATIENCE = 90.0
"""Seconds after which a call that gets no answer has failed."""


@dataclass
class Ledger:
    """What was acknowledged, and how often the programs had to ask again."""

    acknowledged: list[tuple[str, str, str]] = field(default_factory=list)
    """(kind of write, number or mark, mark of the story)."""
    tries: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    longest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        return len(self.acknowledged)

    def of(self, kind: str) -> list[str]:
        return [what for one, what, _mark in self.acknowledged if one == kind]


class CallFailedError(Exception):
    """An answer that no repetition may get."""


class Lane(threading.Thread):
    """One client thread: whole stories, one after the other, until there are enough writes."""

    def __init__(
        self, *, port: int, campus: dict[str, Any], number: int, ledger: Ledger, writes: int
    ) -> None:
        super().__init__(name=f"lane {number}")
        self.port = port
        self.campus = campus
        self.number = number
        self.ledger = ledger
        self.writes = writes
        self.stories = count(1)

    def run(self) -> None:
        while len(self.ledger) < self.writes and not self.ledger.failures:
            try:
                self.story(f"mark-{self.number}-{next(self.stories)}")
            except Exception as error:  # noqa: BLE001 - told by the test, whatever it was
                self.ledger.failures.append(f"{self.name}: {error!r}")

    def story(self, mark: str) -> None:
        """From the report to the finished repair: ten writes."""
        worker, technician = self.campus["technicians"][self.number]
        requester, desk = self.campus["requesters"][self.number], self.campus["dispatcher"]
        report = {"service": self.campus["service"], "place": self.campus["place"], "title": mark}
        request = self.write("request", mark, requester, "/requests", report)["number"]
        self.write("accept_request", request, desk, f"/requests/{request}/accept")
        path = f"/requests/{request}/messages"
        self.write("message", f"{mark} asked", requester, path, {"text": f"{mark} asked"})
        order = self.write(
            "order", mark, desk, "/work-orders", {"request": request, "worker": worker, "title": mark}
        )["number"]
        for step, body in (
            ("accept", None),
            ("start", None),
            ("hold", {"reason": "parts"}),
            ("resume", None),
        ):
            self.write(step, order, technician, f"/work-orders/{order}/{step}", body)
        self.write("message", f"{mark} told", desk, path, {"text": f"{mark} told"})
        self.write("complete", order, technician, f"/work-orders/{order}/complete", {"result": "fixed"})

    def write(self, kind: str, what: str, token: str, path: str, body: Any = None) -> dict[str, Any]:
        """Post until there is an answer that stays; it is then acknowledged."""
        key, began = str(uuid.uuid4()), time.monotonic()
        while True:
            answer = self.post(token, key, path, body)
            if answer is not None:
                break
            if time.monotonic() - began > PATIENCE:
                raise CallFailedError(f"{path}: no answer within {PATIENCE} seconds")
            time.sleep(0.1)
        with self.ledger.lock:
            self.ledger.acknowledged.append((kind, what, path))
            self.ledger.longest = max(self.ledger.longest, time.monotonic() - began)
        return answer

    def post(self, token: str, key: str, path: str, body: Any) -> dict[str, Any] | None:
        """The answer, or None when one has to ask again: no answer, a server's error, still running."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
            "Accept-Language": "en",
        }
        try:
            sent = b"" if body is None else json.dumps(body).encode()
            client.request("POST", f"/api/v1{path}", sent, headers)
            answer = client.getresponse()
            status, content = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.note(type(error).__name__)
            return None
        finally:
            client.close()
        if status >= 500 or (status == 409 and json.loads(content)["code"] == "busy"):
            self.note(str(status))
            return None
        if status >= 400:
            raise CallFailedError(f"{path}: {status} {content.decode(errors='replace')[:300]}")
        if answer.headers.get("Idempotency-Replayed"):
            self.note("replayed")
        found: dict[str, Any] = json.loads(content)
        return found

    def note(self, what: str) -> None:
        with self.ledger.lock:
            self.ledger.tries[what] += 1
