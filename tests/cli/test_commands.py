"""Each command does its work on the tests' database and leaves with its code."""

import csv
import datetime as dt
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.translation import override

from houqin.accounts.models import Role, User
from houqin.accounts.queries.tokens import person_of
from houqin.desk.models import ServiceRequest
from houqin.files.actions.store import store
from houqin.files.queries.content import path_of
from houqin.kernel.errors import Refused
from tests.flows.history import CLOSED, MAPPING, OPEN, write_table
from tests.makers import make_person
from tests.makers_desk import make_request

pytestmark = pytest.mark.django_db


def ran(*words: str, **options: Any) -> tuple[int, str]:
    """Run a command; return its exit code and standard output."""
    out = StringIO()
    with override("en"):
        try:
            call_command(*words, stdout=out, stderr=StringIO(), **options)
        except SystemExit as leaving:
            return int(leaving.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return str(path)


def test_import_says_how_many_as_json_and_leaves_with_0(tmp_path: Path, mapping: str) -> None:
    file = write_table(tmp_path / "past.csv", [OPEN, {**CLOSED, "Case": "2"}])

    code, out = ran("import_requests", str(file), "--mapping", mapping, "--json")

    assert code == 0
    assert json.loads(out)["created"] == 2


def test_import_leaves_with_3_when_rows_were_refused_and_lists_them(tmp_path: Path, mapping: str) -> None:
    file = write_table(tmp_path / "past.csv", [OPEN, {**OPEN, "Case": ""}])
    errors = tmp_path / "errors.csv"

    code, out = ran("import_requests", str(file), "--mapping", mapping, "--errors", str(errors))

    assert code == 3
    assert "rows 2, created 1, updated 0, unchanged 0, refused 1, flagged 0" in out
    with errors.open(encoding="utf-8-sig", newline="") as listed:
        assert [(row["row"], row["outcome"]) for row in csv.DictReader(listed)] == [("3", "refused")]


def test_import_leaves_with_2_when_nothing_was_done(tmp_path: Path, mapping: str) -> None:
    file = write_table(tmp_path / "past.csv", [{**OPEN, "Opened": "never"}])

    assert ran("import_requests", str(file), "--mapping", mapping)[0] == 2
    assert ran("import_requests", str(write_table(file, [])), "--mapping", mapping)[0] == 2


def test_a_trial_import_stores_nothing(tmp_path: Path, mapping: str) -> None:
    file = write_table(tmp_path / "past.csv", [OPEN])

    code, out = ran("import_requests", str(file), "--mapping", mapping, "--dry-run")

    assert (code, ServiceRequest.objects.count()) == (0, 0)
    assert "Nothing was stored" in out


def test_report_agrees_in_words_and_as_json(tmp_path: Path, mapping: str) -> None:
    file = write_table(tmp_path / "past.csv", [OPEN, {**CLOSED, "Case": "2"}])
    ran("import_requests", str(file), "--mapping", mapping)

    _code, words = ran("report_service_levels", "--from", "2015-01-31", "--to", "2015-02-01")
    _code, text = ran("report_service_levels", "--from", "2015-01-31", "--to", "2015-02-01", "--json")

    found = json.loads(text)
    assert (found["opened"], found["closed_with_target"], found["on_time"], found["open_overdue"]) == (
        2,
        1,
        1,
        1,
    )
    assert "on_time: 1" in words


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "2015-02-01", "--to", "2015-01-01"),
        ("--from", "yesterday", "--to", "2015-01-01"),
        ("--from", "2015-01-01", "--to", "2015-02-01", "--as-of", "soon"),
        ("--from", "2015-01-01", "--to", "2015-02-01", "--time-zone", "Mars/Base"),
    ],
)
def test_report_refuses_what_is_no_period(words: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        call_command("report_service_levels", *words)


def test_time_owners_agree_in_words_and_as_json() -> None:
    day = make_request().opened_at.date()
    days = ("--from", f"{day - dt.timedelta(days=1)}", "--to", f"{day + dt.timedelta(days=2)}")
    later = f"{day + dt.timedelta(days=30)}"

    _code, words = ran("report_time_owners", *days, "--as-of", later)
    _code, text = ran("report_time_owners", *days, "--as-of", later, "--json")

    found = json.loads(text)
    assert (found["requests"], list(found["seconds"])) == (1, ["us"])
    assert f"{found['waited_seconds'] / 3600:12.1f}" in words
    with pytest.raises(Refused):
        call_command("report_time_owners", "--from", "2015-02-01", "--to", "2015-02-01")


def test_status_counts_what_is_there() -> None:
    make_request()

    _code, text = ran("status", "--json")
    _code, words = ran("status")

    found = json.loads(text)
    assert (found["requests"], found["open_requests"], found["version"]) == (1, 1, "0.1.0")
    assert found["database_size"] > 0
    assert "requests: 1, 1 open" in words


def test_check_finds_nothing_in_good_order() -> None:
    make_request()

    code, text = ran("check_installation", "--json")

    found = json.loads(text)
    assert (code, found["differences"]) == (0, [])
    assert found["checked"]["requests"] == found["checked"]["due_times"] == 1


def test_check_leaves_with_1_for_a_lost_file_a_wrong_due_time_and_a_wrong_state(
    tmp_path: Path, xu: User
) -> None:
    request = make_request()
    ServiceRequest.objects.filter(pk=request.pk).update(response_due_at=request.opened_at, status="accepted")
    note = tmp_path / "note.txt"
    note.write_text("three lamps")
    with note.open("rb") as upload:
        path_of(store(upload=upload, by=xu)).unlink()

    code, text = ran("check_installation", "--json")

    kinds = {difference["kind"] for difference in json.loads(text)["differences"]}
    assert code == 1
    assert kinds == {"attachment_without_file", "due_time", "request_state"}


def test_a_token_acts_for_its_person() -> None:
    person = make_person(username="qian")

    _code, secret = ran("token_create", "qian", "--scopes", "read,write", "--days", "3")

    found = person_of(secret.strip())
    assert found is not None
    assert person in (found if isinstance(found, tuple) else (found,))


def test_a_token_for_nobody_is_refused() -> None:
    with pytest.raises(Refused):
        call_command("token_create", "nobody")


def test_an_administrator_is_made_with_the_password_on_standard_input(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("Sehr-lang-und-sicher-77\n"))

    ran("user_create_admin", "root1", "--name", "管理员")

    person = User.objects.get(username="root1")
    assert person.check_password("Sehr-lang-und-sicher-77")
    assert [grant.role for grant in person.grants.all()] == [Role.ADMINISTRATOR]


def test_a_weak_password_makes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("1234\n"))

    with pytest.raises(Refused):
        call_command("user_create_admin", "root1")

    assert not User.objects.exists()
