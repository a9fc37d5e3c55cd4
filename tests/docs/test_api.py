"""The examples of the pages about the API run, from top to bottom, against the demonstration."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from houqin.demo.loading import load_demonstration
from tests.cli.processes import environment, own_url
from tests.docs.reading import text_of

PAGES = ("reference/api.md", "reference/api-areas.md")
"""In the order in which they are read: one shell runs them all."""

BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```", re.DOTALL | re.MULTILINE)
MARK = "\x1e"


def examples() -> list[tuple[str, Any]]:
    """Each block of commands with the part of its last answer that is shown, None where none is."""
    found: list[tuple[str, Any]] = []
    for kind, text in BLOCK.findall("\n".join(text_of(page) for page in PAGES)):
        if kind == "sh":
            found.append((text, None))
        else:
            found[-1] = (found[-1][0], json.loads(text))
    return found


def run(blocks: list[str], folder: Path, address: str) -> list[str]:
    """What each block has written, run one after the other in one shell that stops at an error."""
    houqin = folder / "houqin"
    houqin.write_text(f'#!/bin/sh\nexec {sys.executable} -m houqin.cli "$@"\n')
    houqin.chmod(0o755)
    script = f"printf '{MARK}'\n".join(["set -eu\n", *blocks])
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    facts = {
        "HOUQIN_DATA_DIR": str(settings.DATA_DIR),
        "HOUQIN_DATABASE_URL": own_url(),
        "PATH": path,
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ["bash", "-c", script],
        env=environment(**facts, API=f"{address}/api/v1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout.split(MARK)[1:]


def shows(shown: Any, answer: Any) -> bool:
    """Whether an answer has everything that is shown of it; `…` stands for anything."""
    if isinstance(shown, dict):
        return all(name in answer and shows(value, answer[name]) for name, value in shown.items())
    if isinstance(shown, list):
        return len(shown) == len(answer) and all(map(shows, shown, answer))
    if isinstance(shown, str) and shown.endswith("…"):
        return isinstance(answer, str) and answer.startswith(shown[:-1])
    return bool(shown == answer)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.django_db(transaction=True)
def test_every_example_answers_as_the_page_says(live_server: Any, tmp_path: Path) -> None:
    load_demonstration(occasions=0)
    blocks = examples()

    answers = run([text for text, _shown in blocks], tmp_path, live_server.url)

    assert len(answers) == len(blocks)
    wrong = [
        (shown, answer)
        for (_text, shown), answer in zip(blocks, answers, strict=True)
        if shown is not None and not shows(shown, json.loads(answer.splitlines()[-1]))
    ]
    assert not wrong


def test_the_pages_fit_on_a_few_screens() -> None:
    assert all(len(text_of(page).splitlines()) <= 200 for page in PAGES)
