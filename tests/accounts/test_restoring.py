"""An empty installation takes a backup by a page, and says what became of it."""

import io
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from houqin.accounts.models import User
from houqin.kernel import handover

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.DATA_DIR)


@pytest.fixture(autouse=True)
def attended(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`houqin run` watches over these pages."""
    monkeypatch.setattr(handover, "_attended", threading.Event())
    handover.attend()
    yield
    handover.forget(FOLDER)
    handover.wanted(FOLDER).unlink(missing_ok=True)


def archive() -> io.BytesIO:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("manifest.json"))
    file.seek(0)
    file.name = "houqin-20261123-101010.tar"
    return file


def test_the_welcome_page_leads_there(client: Client) -> None:
    assert "/welcome/restore/" in client.get("/welcome/").content.decode()
    assert client.get("/welcome/restore/").status_code == 200


def test_a_backup_is_laid_ready_and_waited_for(client: Client) -> None:
    answer = client.post("/welcome/restore/", {"archive": archive()})
    assert answer.headers["Location"] == "/welcome/restoring/"
    assert handover.wanted(FOLDER).read_bytes() == archive().read()
    assert "every 2s" in client.get("/welcome/restoring/").content.decode()
    assert not list(FOLDER.glob(".restore-*.part"))


@pytest.mark.parametrize("restored", [True, False])
def test_the_outcome_is_told(client: Client, restored: bool) -> None:
    client.post("/welcome/restore/", {"archive": archive()})
    handover.tell(FOLDER, handover.Outcome(restored=restored, says="3 rows"))
    page = client.get("/welcome/restoring/", headers={"HX-Request": "true"}).content.decode()
    assert "3 rows" in page
    assert ("/accounts/login/" in page) is restored
    assert "every 2s" not in page
    assert not handover.wanted(FOLDER).exists()


def test_something_else_is_refused(client: Client) -> None:
    file = io.BytesIO(b"PK\x03\x04" * 300)
    file.name = "photo.zip"
    assert client.post("/welcome/restore/", {"archive": file}).status_code == 422
    assert not handover.wanted(FOLDER).exists()


@pytest.mark.usefixtures("wang")
def test_nobody_restores_over_people(client: Client) -> None:
    assert User.objects.exists()
    assert client.get("/welcome/restore/").headers["Location"] == "/accounts/login/"
    client.post("/welcome/restore/", {"archive": archive()})
    assert not handover.wanted(FOLDER).exists()


def test_without_a_restore_there_is_nothing_to_wait_for(client: Client) -> None:
    assert client.get("/welcome/restoring/").headers["Location"] == "/welcome/"


def test_pages_that_nobody_watches_over_take_no_backup(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "_attended", threading.Event())

    page = client.get("/welcome/restore/").content.decode()
    sent = client.post("/welcome/restore/", {"archive": archive()})

    assert "houqin restore houqin-" in page
    assert 'type="file"' not in page
    assert sent.status_code == 409
    assert not handover.wanted(FOLDER).exists()
