"""Health, readiness and figures for those who watch."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from houqin.accounts.models import User
from houqin.api import monitoring
from houqin.desk.models import Service
from houqin.notify.models import OutMail
from tests.api.calling import Calls
from tests.flows.story import reported


def test_a_process_that_lives_says_so_without_the_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = Client().get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready_means_database_tables_and_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"

    answer = Client().get("/readyz")

    assert answer.status_code == 200, answer.content
    assert answer.json() == {"status": "ok", "database": "ok", "migrations": "ok", "files": "ok"}
    assert list((tmp_path / "files").iterdir()) == []


def test_a_folder_that_takes_no_file_makes_it_unready(settings: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    settings.FILES_DIR = blocked

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["files"]) == (503, "cannot be written")


def test_a_missing_migration_makes_it_unready(db: None) -> None:
    monitoring._applied.cache_clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'desk'")

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["migrations"]) == (503, "migrations are missing")


def test_figures_are_for_this_machine_and_for_who_looks_after_it(
    calls: Calls, admin: User, lin: User, leak: Service
) -> None:
    reported(leak)
    client, far = Client(), {"REMOTE_ADDR": "10.0.0.7"}

    near = client.get("/metrics")
    assert near.status_code == 200
    text = near.content.decode()
    assert 'houqin_requests{state="new"} 1.0' in text
    assert "houqin_requests_overdue 0.0" in text
    assert f"houqin_outbox_waiting {OutMail.objects.count()}.0" in text
    assert "houqin_http_requests_total{" in text
    assert client.get("/metrics", **far).status_code == 401  # type: ignore[arg-type]
    assert client.get("/metrics", headers=calls(lin).headers, **far).status_code == 401  # type: ignore[arg-type]
    assert client.get("/metrics", headers=calls(admin).headers, **far).status_code == 200  # type: ignore[arg-type]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_a_proxy_on_this_machine_is_not_this_machine(db: None, header: str) -> None:
    assert Client().get("/metrics", headers={header: "10.0.0.7"}).status_code == 401


def test_behind_a_known_proxy_nobody_is_this_machine(db: None, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1

    assert Client().get("/metrics").status_code == 401
