"""What a reader of the house would otherwise have to believe."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

import houqin

SOURCE = Path(houqin.__file__).parent
ROOT = SOURCE.parents[1]
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "/migrations/" not in path.as_posix())
OURS = [config for config in apps.get_app_configs() if config.name.startswith("houqin.")]


def test_no_file_grows_beyond_four_hundred_lines() -> None:
    tests = list((ROOT / "tests").rglob("*.py"))
    long = {
        str(p.relative_to(ROOT)): n
        for p in [*MODULES, *tests]
        if (n := len(p.read_text().splitlines())) > 400
    }

    assert not long


def test_no_template_grows_beyond_two_hundred_lines() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in SOURCE.rglob("*.html")
        if (n := len(p.read_text().splitlines())) > 200
    }

    assert not long


def test_no_part_is_given_a_filter_where_only_a_name_is_read() -> None:
    """`:value="worth|money"` is empty without a word; `value="{{ worth|money }}"` is what was meant."""
    filtered = re.compile(r'\s:[\w-]+="[^"{]*\|')
    found = [
        f"{page.relative_to(SOURCE)}:{number}"
        for page in SOURCE.rglob("*.html")
        for number, line in enumerate(page.read_text().splitlines(), start=1)
        if filtered.search(line)
    ]

    assert not found


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert not silent


@pytest.mark.parametrize("name", ["utils", "helpers", "services", "managers", "common", "misc"])
def test_no_module_has_a_name_that_says_nothing(name: str) -> None:
    assert not [path for path in MODULES if path.stem == name]


def test_nobody_listens_to_signals() -> None:
    listening = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if re.search(r"@receiver|\.signals import|\bpost_save\b|\bpre_save\b", path.read_text())
    ]

    assert not listening


def test_models_neither_save_nor_query() -> None:
    overriding = [
        f"{path.name}:{node.lineno}"
        for path in SOURCE.glob("*/models/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete", "refresh_from_db"}
    ]

    assert not overriding


def test_every_state_column_is_guarded_by_the_database() -> None:
    unguarded = []
    for config in OURS:
        for model in config.get_models():
            if not hasattr(model, "moves"):
                continue
            triggers = {trigger.name for trigger in model._meta.triggers}
            checks = {constraint.name for constraint in model._meta.constraints}
            if not any(name.endswith("_moves") for name in triggers):
                unguarded.append(f"{model.__name__}: no trigger")
            if not any(name.endswith("_status_known") for name in checks):
                unguarded.append(f"{model.__name__}: no check")

    assert not unguarded


def test_constraints_read_as_sentences() -> None:
    unnamed = [
        f"{model.__name__}.{constraint.name}"
        for config in OURS
        for model in config.get_models()
        for constraint in model._meta.constraints
        if constraint.name.count("_") < 1 or re.search(r"_(uniq|chk|check|ck)$", constraint.name)
    ]

    assert not unnamed


def test_every_choice_column_is_checked_by_the_database() -> None:
    unchecked = []
    for config in OURS:
        for model in config.get_models():
            if model._meta.model_name.endswith(("event", "history")) or model._meta.abstract:
                continue
            conditions = " ".join(
                str(constraint.condition)
                for constraint in model._meta.constraints
                if isinstance(constraint, models.CheckConstraint)
            )
            unchecked += [
                f"{model.__name__}.{field.name}"
                for field in model._meta.fields
                if field.choices and f"'{field.name}__in'" not in conditions
            ]

    assert not unchecked


def test_no_address_and_no_machine_path_enters_the_locks() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    npm = (ROOT / "frontend" / "package-lock.json").read_text()

    assert "http" not in lock
    assert '"resolved"' not in npm
