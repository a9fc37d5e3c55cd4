"""Mail in: plain reports, each of another person, through the listener as a mail server hands them over."""

import re
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import psycopg

from benchmarks.side import ROOT
from benchmarks.sides import clean_environment

SERVICE = "fix@campus.example"
SENDER = "reporter%d@example.com"
_LETTER = """\
From: =?utf-8?b?546L6ICB5biI?= <{sender}>
To: {service}
Subject: =?utf-8?b?5Y2r55Sf6Ze05ryP5rC0?= {serial}
Date: Mon, 23 Nov 2026 09:00:00 +0800
Message-ID: <{serial}.bench@example.com>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

教学楼A 302 卫生间的水龙头从早上开始漏水，地面很滑，请尽快派人来看一下。编号 {serial}。
谢谢。
"""


@dataclass(frozen=True)
class Delivered:
    """How fast the listener took mail, messages a second, and how many of them made a request."""

    per_second: float
    mails: int
    settled: int


def letter_of(serial: int) -> bytes:
    """A plain report by mail that nobody else has sent."""
    text = _LETTER.format(sender=SENDER % serial, service=SERVICE, serial=serial)
    return text.replace("\n", "\r\n").encode()


def delivered(settings: dict[str, str], dsn: str, *, rounds: int, mails: int) -> dict[str, Delivered]:
    """The median of some rounds, by one connection and by two at once; each mail is a new request."""
    found: dict[str, list[Delivered]] = {}
    serial = 900_000_000
    with _listening(settings) as port:
        _send(port, serial, 10)
        serial += 10
        for _round in range(rounds):
            for words, lanes in (("by one connection", 1), ("by two connections", 2)):
                found.setdefault(words, []).append(_round_of(port, dsn, serial, mails, lanes))
                serial += mails
    return {
        words: Delivered(
            median(one.per_second for one in ones),
            sum(one.mails for one in ones),
            sum(one.settled for one in ones),
        )
        for words, ones in found.items()
    }


def _round_of(port: int, dsn: str, serial: int, mails: int, lanes: int) -> Delivered:
    before = _requests(dsn)
    each = mails // lanes
    began = time.perf_counter()
    with ThreadPoolExecutor(lanes) as pool:
        list(pool.map(lambda lane: _send(port, serial + lane * each, each), range(lanes)))
    seconds = time.perf_counter() - began
    return Delivered(each * lanes / seconds, each * lanes, _requests(dsn) - before)


def _send(port: int, serial: int, mails: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
        for number in range(serial, serial + mails):
            server.sendmail(SENDER % number, [SERVICE], letter_of(number))


def _requests(dsn: str) -> int:
    with psycopg.connect(dsn) as session:
        told = session.execute(
            "SELECT count(*) FROM intake_inboundmessage WHERE outcome = 'request'"
        ).fetchone()
    return int(told[0]) if told else 0


@contextmanager
def _listening(settings: dict[str, str]) -> Iterator[int]:
    """`houqin mail-server` in a process of its own; gives its port."""
    with subprocess.Popen(
        [sys.executable, "-m", "houqin.cli", "mail-server", "--port", "0"],
        env=clean_environment(**settings),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            line = process.stdout.readline()  # type: ignore[union-attr]
            told = re.search(r"smtp://\S+:(\d+)", line)
            if told is None:
                raise RuntimeError(f"the listener says {line!r}")
            yield int(told[1])
        finally:
            process.terminate()
            process.wait(30)
