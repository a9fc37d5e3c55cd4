"""The state of the system and its backups, as an administrator's browser sees them."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

import houqin
from houqin.accounts.models import User
from houqin.kernel.errors import Refused
from houqin.notify.models import Notice
from houqin.notify.queries.bell import newest
from houqin.web.setup.tasks import BACK_UP, make_backup

PAGE = "/setup/system/"


@pytest.mark.django_db
class TestTheState:
    def test_tells_version_and_database(self, office: Client) -> None:
        office.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            page = office.get(PAGE).content.decode()
        assert houqin.__version__ in page
        assert "PostgreSQL" in page
        assert len(asked) < 20

    def test_all_pages_of_the_start_page_open(self, office: Client) -> None:
        for _title, links in office.get("/setup/").context["groups"]:
            for link in links:
                assert office.get(link.url).status_code == 200, link.url

    @pytest.mark.parametrize("who", ["lin", "chen", "auditor", "stranger"])
    def test_is_for_administrators(self, client: Client, request: pytest.FixtureRequest, who: str) -> None:
        client.force_login(request.getfixturevalue(who))
        assert client.get(PAGE).status_code == 404
        assert client.post(f"{PAGE}backup/").status_code == 404
        assert client.get(f"{PAGE}backups/houqin-20261123-101010.tar/").status_code == 404


class TestBackups:
    @pytest.mark.django_db(transaction=True)
    def test_are_made_as_a_job_and_downloaded(self, office: Client) -> None:
        assert office.post(f"{PAGE}backup/").status_code == 303
        assert office.post(f"{PAGE}backup/").status_code == 303
        assert ProcrastinateJob.objects.filter(task_name=BACK_UP).count() == 1
        assert "every 3s" in office.get(PAGE).content.decode()
        make_backup()
        name = office.get(PAGE).context["archives"][0].name
        answer = office.get(f"{PAGE}backups/{name}/")
        assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert answer.headers["Content-Type"] == "application/x-tar"

    @pytest.mark.usefixtures("xu")
    @pytest.mark.django_db
    def test_that_fail_are_told_to_the_administrators(
        self, admin: User, settings: Any, tmp_path: Path
    ) -> None:
        settings.DATA_DIR = tmp_path
        (tmp_path / "backups").write_text("in the way")

        with pytest.raises(Refused):
            make_backup()

        assert [(one.recipient, one.kind) for one in Notice.objects.all()] == [(admin, "backup_failed")]
        assert "backups" in newest(admin)[0].text

    @pytest.mark.django_db
    @pytest.mark.parametrize("name", ["..", "secret_key", "houqin-20261123-101010.tar.part"])
    def test_give_nothing_else_of_the_disk(self, office: Client, name: str) -> None:
        assert (settings.DATA_DIR / "x").parent.is_dir()
        assert office.get(f"{PAGE}backups/{name}/").status_code == 404
