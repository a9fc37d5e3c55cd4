"""What the command says, and how it leaves."""

import pytest

from houqin.cli.commands import COMMANDS, Needs, find
from houqin.cli.entry import main, overview
from houqin.cli.wording import operator_language
from tests.cli.processes import houqin


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


def test_help_lists_every_command_in_its_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0

    shown = capsys.readouterr().out
    assert shown.strip() == overview()
    assert all(f"  {command.name} " in shown for command in COMMANDS)
    assert "\nLooking after it\n" in shown


def test_without_a_word_it_helps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "Usage: houqin" in capsys.readouterr().out


def test_a_mistyped_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stauts"]) == 2
    assert capsys.readouterr().err == "There is no command stauts. Is status meant?\n"


def test_a_command_of_two_words_is_found_with_its_arguments() -> None:
    found = find(["import", "requests", "past.csv", "--json"])

    assert found is not None
    assert (found[0].django, found[1]) == ("import_requests", ["past.csv", "--json"])


@pytest.mark.parametrize("option", ["--deploy", "--tag=security", "--list-tags"])
def test_the_check_of_django_stays_reachable(option: str) -> None:
    found = find(["check", option])

    assert found is not None
    assert (found[0].django, found[0].needs, found[1]) == ("check", Needs.NOTHING, [option])


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({"LANG": "C.UTF-8", "HOUQIN_LANGUAGE": "en"}, "en"),
        ({}, "zh-hans"),
    ],
)
def test_the_operator_is_spoken_to_in_the_language_of_the_terminal(
    environ: dict[str, str], language: str
) -> None:
    assert operator_language(environ) == language


def test_an_unknown_setting_stops_with_a_sentence() -> None:
    done = houqin("status", HOUQIN_PROT="8001")

    assert done.returncode == 2
    assert "unknown setting HOUQIN_PROT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://nobody@127.0.0.1:1/nothing", "cannot be reached"),
        ("postgresql://nobody@127.0.0.1:99999/nothing", "cannot be reached"),
    ],
)
def test_a_database_that_is_not_there_is_a_sentence(url: str, words: str) -> None:
    done = houqin("status", HOUQIN_DATABASE_URL=url)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_each_command_tells_its_options_without_a_database() -> None:
    done = houqin(
        "import", "requests", "--help", HOUQIN_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing"
    )

    assert done.returncode == 0
    assert "usage: houqin import requests" in done.stdout
    assert "--dry-run" in done.stdout
    assert "--pythonpath" not in done.stdout
