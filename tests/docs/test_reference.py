"""Nothing an operator or a developer relies on is missing from the reference, and none of it is stale."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

from houqin import flows
from houqin.accounts.models import Role
from houqin.accounts.permissions import PERMISSIONS, ROLE_PERMISSIONS
from houqin.cli.commands import COMMANDS
from houqin.desk.models import REQUEST_MOVES
from houqin.flows.history.mapping import KEYS
from houqin.kernel.environment import KNOWN
from houqin.kernel.flow import FLOWS
from houqin.work.models import WORK_ORDER_MOVES
from tests.docs.reading import DOCS, generator, text_of

GENERATED = generator()


@pytest.mark.parametrize("path", GENERATED.pages(), ids=lambda path: str(path.relative_to(DOCS)))
def test_generated_parts_are_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == GENERATED.renewed(path), "run `make docs`"


def test_every_generated_part_stands_on_a_page() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in GENERATED.pages())

    assert not [name for name in GENERATED.PARTS if f"<!-- generated: {name} -->" not in text]


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_setting_is_described(name: str) -> None:
    assert f"| `{name}` |" in text_of("reference/settings.md")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_described(command: object) -> None:
    assert f"### houqin {command.name}\n" in text_of("reference/commands.md")  # type: ignore[attr-defined]


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_every_right_is_described_with_its_roles(permission: str) -> None:
    (line,) = [
        line
        for line in text_of("mechanisms/permissions.md").splitlines()
        if line.startswith(f"| `{permission}` |")
    ]
    ticks = [cell.strip() == "●" for cell in line.strip("|").split("|")[2:]]

    assert ticks == [permission in ROLE_PERMISSIONS[role] for role in Role]


def test_every_flow_is_described() -> None:
    for found in pkgutil.iter_modules(flows.__path__):
        importlib.import_module(f"houqin.flows.{found.name}")
    text = text_of("reference/flows.md")
    names = [name for name, flow in FLOWS.items() if flow.__module__.startswith("houqin.flows.")]

    assert not [name for name in names if f"| `{name}` |" not in text]


def test_every_flow_says_what_it_writes() -> None:
    modules = {flow.__module__ for flow in FLOWS.values() if flow.__module__.startswith("houqin.flows.")}
    silent = [
        name for name in modules if "Writes:" not in (inspect.getdoc(importlib.import_module(name)) or "")
    ]

    assert not silent


@pytest.mark.parametrize(
    ("heading", "edges"), [("Requests", REQUEST_MOVES.edges), ("Work orders", WORK_ORDER_MOVES.edges)]
)
def test_every_move_is_described(heading: str, edges: list[tuple[str, str]]) -> None:
    part = text_of("reference/states.md").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = {
        line.split("`")[1]: line.split("|")[4]
        for line in part.splitlines()
        if line.startswith("| `") and line.count("|") == 5
    }

    assert not [(a, b) for a, b in edges if f"`{b}`" not in rows[a]]


@pytest.mark.parametrize("key", [f"{table}.{name}" for table, names in KEYS.items() for name in names])
def test_every_key_of_a_mapping_is_described(key: str) -> None:
    assert f"`{key}`" in text_of("operate/import-requests.md")
