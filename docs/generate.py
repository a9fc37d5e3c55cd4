"""Write the generated parts of the documentation: `make docs`.

A page holds a part between `<!-- generated: NAME -->` and `<!-- end -->`; what stands around it is
written by hand. The tests compare every part with what this file makes of the code.
"""

import contextlib
import importlib
import inspect
import io
import os
import pkgutil
import re
import sys
import tempfile
from argparse import SUPPRESS, Action
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, fields
from pathlib import Path

DOCS = Path(__file__).resolve().parent
PART = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
OPTION = re.compile(r"^  (?:-\w, )?(--[\w-]+)\s+(\S.*)$", re.MULTILINE)


def main() -> int:
    """Write every page whose parts have changed, and name it."""
    with tempfile.TemporaryDirectory() as data_dir:
        os.environ |= {"HOUQIN_DATA_DIR": data_dir, "DJANGO_SETTINGS_MODULE": "houqin.config.settings"}
        import django  # noqa: PLC0415 - reads the environment

        django.setup()
        for page in pages():
            before, after = page.read_text(encoding="utf-8"), renewed(page)
            if before != after:
                page.write_text(after, encoding="utf-8")
                sys.stdout.write(f"{page.relative_to(DOCS.parent)}\n")
    return 0


def pages() -> list[Path]:
    """Return the pages that hold generated parts."""
    return [page for page in sorted(DOCS.rglob("*.md")) if PART.search(page.read_text(encoding="utf-8"))]


def renewed(page: Path) -> str:
    """Return the text of a page with its parts made anew."""
    text = page.read_text(encoding="utf-8")
    return PART.sub(lambda found: f"{found[1]}\n{PARTS[found['name']]()}\n{found[3]}", text)


def settings() -> str:
    """Return the table of `HOUQIN_*` settings."""
    from houqin.kernel.environment import KNOWN, Environment  # noqa: PLC0415

    defaults = {field.name: field.default for field in fields(Environment)}

    def default(name: str) -> str:
        value = defaults[name.removeprefix("HOUQIN_").lower()]
        return "" if value in {MISSING, ""} else f"`{int(value) if isinstance(value, bool) else value}`"

    rows = [(f"`{name}`", meaning, default(name)) for name, meaning in KNOWN.items()]
    return table(("setting", "meaning", "default"), rows)


def commands() -> str:
    """Return every command of `houqin` in its groups, with its arguments."""
    from houqin.cli.commands import COMMANDS, Command  # noqa: PLC0415

    def told(command: Command) -> str:
        lines = [f"### houqin {command.name}", f"{command.summary[:1].upper()}{command.summary[1:]}."]
        rows = [(f"`{name}`", words) for name, words in arguments_of(command.module, command.django)]
        return "\n\n".join([*lines, *([table(("argument", "meaning"), rows)] if rows else [])])

    parts = []
    with in_english():
        for group in dict.fromkeys(command.group for command in COMMANDS):
            parts.append(f"## {group}")
            parts += [told(command) for command in COMMANDS if command.group == group]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def arguments_of(module: str, django_words: str) -> list[tuple[str, str]]:
    """Return the arguments of a command and what they mean; none for a command that is not there."""
    if module:
        with contextlib.redirect_stdout(io.StringIO()) as help_text, contextlib.suppress(SystemExit):
            importlib.import_module(module).main(["--help"], None)
        return [(name, words) for name, words in OPTION.findall(help_text.getvalue()) if name != "--help"]
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415

    name, *subcommand = django_words.split()
    if name not in get_commands():
        return []
    found = get_commands()[name]
    command = load_command_class(found, name) if isinstance(found, str) else found
    if not command.__module__.startswith("houqin.") or name == "migrate":
        return []
    actions: list[Action] = command.create_parser("houqin", name)._actions  # noqa: SLF001
    for word in subcommand:
        below = next((one.choices for one in actions if isinstance(one.choices, dict)), {})
        actions = below[word]._actions if word in below else actions  # noqa: SLF001
    return [(written(one), str(one.help or "")) for one in actions if one.help != SUPPRESS and is_ours(one)]


def is_ours(action: Action) -> bool:
    """Leave out `--help` and the names of subcommands."""
    return (
        "--help" not in action.option_strings and not isinstance(action.choices, dict) and bool(action.help)
    )


def written(action: Action) -> str:
    """Return an argument as people type it."""
    value = str(action.metavar or action.dest.upper())
    if not action.option_strings:
        return value
    return action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {value}"


def permissions() -> str:
    """Return the table of rights and the roles that have them."""
    from houqin.accounts.models import Role  # noqa: PLC0415
    from houqin.accounts.permissions import PERMISSIONS, ROLE_PERMISSIONS  # noqa: PLC0415

    with in_english():
        heads = ("right", "to", *(str(role.label) for role in Role))
        rows = [
            (f"`{right}`", str(meaning), *("●" if right in ROLE_PERMISSIONS[role] else "" for role in Role))
            for right, meaning in PERMISSIONS.items()
        ]
    return table(heads, rows)


def flows() -> str:
    """Return every flow by its module, with what it writes and locks."""
    from houqin import flows as folder  # noqa: PLC0415
    from houqin.kernel.flow import FLOWS  # noqa: PLC0415

    parts = []
    for found in sorted(pkgutil.iter_modules(folder.__path__), key=lambda one: one.name):
        module = importlib.import_module(f"{folder.__name__}.{found.name}")
        ours = [one for one in FLOWS.values() if one.__module__ == module.__name__]
        if not ours:
            continue
        first, *rest = (inspect.getdoc(module) or "").splitlines()
        facts = " ".join(" ".join(rest).split())
        facts = re.sub(r" ?(Writes|Locks)(, in this order)?:", r"\n- **\1**\2:", facts).strip()
        rows = [(f"`{one.__name__}`", paragraph(one)) for one in ours]
        parts.append(
            "\n\n".join((f"## {found.name}", first, facts, table(("flow", "gives"), rows).rstrip("\n")))
        )
    return "\n\n".join(parts) + "\n"


def states() -> str:
    """Return the two state machines: their states in both languages, their moves, their steps."""
    from houqin.desk.models import REQUEST_MOVES, RequestStatus  # noqa: PLC0415
    from houqin.desk.policies import REQUESTER_STEPS, STAFF_STEPS  # noqa: PLC0415
    from houqin.work.models import WORK_ORDER_MOVES, WorkOrderStatus  # noqa: PLC0415
    from houqin.work.policies import STEPS  # noqa: PLC0415

    desk = [(f"`{step}`", f"`{right}`", among(states)) for step, (right, states) in STAFF_STEPS.items()]
    own = [(f"`{step}`", "the requester", among(states)) for step, states in REQUESTER_STEPS.items()]
    work = [(f"`{step}`", among(facts.sources)) for step, facts in STEPS.items()]
    parts = [
        "## Requests",
        table(("state", "中文", "English", "may become"), moves(RequestStatus, REQUEST_MOVES.moves)),
        table(("step", "who", "possible while"), [*own, *desk]),
        "## Work orders",
        table(("state", "中文", "English", "may become"), moves(WorkOrderStatus, WORK_ORDER_MOVES.moves)),
        table(("step", "possible while"), work),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def moves(states: Iterable[object], machine: dict[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """Return a row for each state of a machine."""
    from houqin.kernel.state import StateMachine  # noqa: PLC0415

    order = list(StateMachine(machine).moves)
    rows: list[tuple[str, ...]] = []
    for state in states:
        targets = [f"`{one}`" for one in order if one in machine[str(state)]]
        rows.append((f"`{state}`", *labels(state), ", ".join(targets) or "– (final)"))
    return rows


def labels(state: object) -> tuple[str, str]:
    """Return what a state is called in Chinese and English."""
    from django.utils import translation  # noqa: PLC0415

    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.append(str(state.label))  # type: ignore[attr-defined]
    return found[0], found[1]


def among(states: Iterable[str]) -> str:
    """Return states as a list in code style."""
    return ", ".join(f"`{state}`" for state in sorted(map(str, states)))


def paragraph(function: Callable[..., object]) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [heads, tuple("---" for _head in heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


@contextlib.contextmanager
def in_english() -> Iterator[None]:
    """Make pages and the command line speak English inside the block, on lines that do not wrap."""
    from django.utils import translation  # noqa: PLC0415

    before = {name: os.environ.get(name) for name in ("LC_ALL", "COLUMNS")}
    os.environ |= {"LC_ALL": "en_US.UTF-8", "COLUMNS": "240"}
    try:
        with translation.override("en"):
            yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


PARTS: dict[str, Callable[[], str]] = {
    "settings": settings,
    "commands": commands,
    "permissions": permissions,
    "flows": flows,
    "states": states,
}

if __name__ == "__main__":
    sys.exit(main())
