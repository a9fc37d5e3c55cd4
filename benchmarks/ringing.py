"""`python -m benchmarks.ringing [--calls N]`: from the report of a call to the caller on an open desk.

An installation of its own with the demonstration runs as people start it (`houqin run`), a dispatcher
has the phone desk open in a real browser, and a telephone system reports calls one after another. The
clock starts before the report is sent and ends when the browser has drawn the caller.
"""

import argparse
import datetime as dt
import http.client
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright
from tests import needs

from benchmarks.side import ROOT
from benchmarks.sides import clean_environment
from benchmarks.starting import free_port, until_answered
from houqin.embedded import exit_on_signals

OPERATOR, PASSWORD = "xuxiao", "houqin-demo-2026"
PATIENCE = 15_000
"""Milliseconds after which a call is taken not to ring."""
STRIDE = 0.137
"""A desk asks once a second; calls come at all moments in between, spread by this part of a second."""


def main() -> int:
    """Measure, print, return 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ringing", description=__doc__)
    parser.add_argument("--calls", type=int, default=30)
    calls = parser.parse_args().calls
    folder = Path(tempfile.mkdtemp(prefix="houqin-ringing-"))
    try:
        with exit_on_signals(), _running(folder) as port, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=needs.browser(), args=["--no-sandbox"])
            page = browser.new_page(base_url=f"http://127.0.0.1:{port}")
            _open_desk(page)
            found = list(_rings(page, port, _token(folder), calls))
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    shown = sorted(seconds for seconds, _answered in found)
    nine_of_ten, answered = shown[int(len(shown) * 0.9)], median(answered for _seconds, answered in found)
    print(f"{len(found)} calls, from POST /api/v1/calls to the caller on the open desk:")
    print(f"median {median(shown):.2f} s, 90 % within {nine_of_ten:.2f} s, worst {shown[-1]:.2f} s")
    print(f"the telephone system had its answer after {answered * 1_000:.0f} ms (median)")
    return 0


@contextmanager
def _running(folder: Path) -> Iterator[int]:
    port = free_port()
    settings = {"HOUQIN_DATA_DIR": str(folder), "HOUQIN_PORT": str(port), "HOUQIN_LOG": "error"}
    with subprocess.Popen(
        [sys.executable, "-m", "houqin.cli", "run"],
        env=clean_environment(**settings),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            until_answered(process, port, time.perf_counter())
            yield port
        finally:
            process.terminate()
            process.wait(60)


def _token(folder: Path) -> str:
    words = ("token", "create", OPERATOR, "--scopes", "calls", "--name", "telephone system")
    told = subprocess.run(
        [sys.executable, "-m", "houqin.cli", *words],
        env=clean_environment(HOUQIN_DATA_DIR=str(folder)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.split()[-1]


def _open_desk(page: Page) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", OPERATOR)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("desk"))
    page.goto("/desk/phone/")
    page.wait_for_selector("[data-island=phone][data-ready]")


def _rings(page: Page, port: int, token: str, calls: int) -> Iterator[tuple[float, float]]:
    """For each call the seconds until it is seen, and until the telephone system had its answer."""
    for serial in range(calls):
        began = time.perf_counter()
        call = _report(port, token, serial, "ringing")
        answered = time.perf_counter() - began
        page.wait_for_selector(f".ring[data-call='{call}']", timeout=PATIENCE)
        seconds = time.perf_counter() - began
        _report(port, token, serial, "ended")
        page.wait_for_selector(f".ring[data-call='{call}']", state="detached", timeout=PATIENCE)
        yield seconds, answered
        time.sleep(serial * STRIDE % 1.0)


def _report(port: int, token: str, serial: int, event: str) -> int:
    """Report what a call does and return its key."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    told = {
        "number": "13800000041",
        "queue": "",
        "external_id": f"bench-{serial}",
        "event": event,
        "at": dt.datetime.now(dt.UTC).isoformat(),
    }
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    client.request("POST", "/api/v1/calls", json.dumps(told), head)
    answer = client.getresponse()
    body = json.loads(answer.read())
    client.close()
    if answer.status not in {200, 201}:
        raise RuntimeError(f"{answer.status}: {body}")
    return int(body["id"])


if __name__ == "__main__":
    sys.exit(main())
