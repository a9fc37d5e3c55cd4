"""The front pages stay short and true, and no link inside the repository leads nowhere."""

import re
from pathlib import Path

import pytest

from tests.docs.reading import DOCS, ROOT, links_of, pages

FRONT = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", FRONT)
def test_a_front_page_fits_on_two_screens(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 120


@pytest.mark.parametrize("name", FRONT)
def test_every_make_command_of_a_front_page_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", (ROOT / name).read_text(encoding="utf-8")))

    assert {"run", "test"} <= named
    assert named <= targets


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    lost = [link for link in links_of(path) if link and not (path.parent / link).exists()]

    assert not lost


def test_every_make_target_has_a_sentence() -> None:
    makefile = (ROOT / "Makefile").read_text()
    silent = [
        target
        for target in re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE)
        if not re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE)
    ]

    assert not silent


def test_each_role_has_its_page_in_both_languages() -> None:
    roles = {"requester", "technician", "dispatcher", "manager", "administrator"}

    for language in ("zh", "en"):
        assert {page.stem for page in (DOCS / "guide" / language).glob("*.md")} >= roles


def test_decisions_are_numbered_one_after_the_other() -> None:
    numbers = [int(page.name[:4]) for page in sorted((DOCS / "adr").glob("[0-9]*.md"))]
    titles = [
        page.read_text(encoding="utf-8").splitlines()[0] for page in sorted((DOCS / "adr").glob("[0-9]*.md"))
    ]

    assert numbers == list(range(1, len(numbers) + 1))
    assert all(title.startswith(f"# {number}. ") for number, title in zip(numbers, titles, strict=True))


def test_the_index_names_every_decision() -> None:
    index = (DOCS / "adr" / "README.md").read_text(encoding="utf-8")

    assert not [page.name for page in (DOCS / "adr").glob("[0-9]*.md") if page.name not in index]


def test_the_map_of_the_house_names_every_mechanism() -> None:
    architecture = (DOCS / "architecture.md").read_text(encoding="utf-8")

    assert not [page.name for page in (DOCS / "mechanisms").glob("*.md") if page.name not in architecture]
