"""The pages about people, as an administrator's browser sees them."""

import io
import re

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from houqin.accounts.models import Grant, Role, User
from houqin.accounts.policies import may
from houqin.kernel import sheets
from houqin.notify.models import OutMail
from houqin.staffing.models import Crew, CrewMember, PersonTrade
from houqin.web.setup import import_jobs, tasks
from tests.makers import grant, make_crew, make_person, make_place, make_trade

pytestmark = pytest.mark.django_db
LIST = "/setup/people/"


def page(chen: User, step: str = "") -> str:
    return f"{LIST}{chen.pk}/{step}"


class TestTheList:
    @pytest.mark.usefixtures("chen")
    def test_finds_by_pinyin_role_and_state(self, office: Client, lin: User) -> None:
        assert "陈师傅" in office.get(LIST, {"q": "csf"}).content.decode()
        assert "林主任" not in office.get(LIST, {"q": "csf"}).content.decode()
        assert "陈师傅" not in office.get(LIST, {"role": Role.MANAGER}).content.decode()
        assert "陈师傅" not in office.get(LIST, {"state": "ended"}).content.decode()
        assert lin.full_name in office.get(LIST, {"role": "nonsense"}).content.decode()

    def test_takes_as_many_statements_for_many(self, office: Client) -> None:
        grant(make_person(), Role.TECHNICIAN, place=make_place())
        office.get(LIST)
        with CaptureQueriesContext(connection) as few:
            office.get(LIST)
        for _number in range(5):
            grant(make_person(), Role.TECHNICIAN, place=make_place())
        with CaptureQueriesContext(connection) as many:
            office.get(LIST)
        assert len(many) == len(few)

    @pytest.mark.parametrize("who", ["lin", "chen", "stranger", "auditor"])
    def test_is_for_administrators(self, client: Client, request: pytest.FixtureRequest, who: str) -> None:
        client.force_login(request.getfixturevalue(who))
        assert client.get(LIST).status_code == 404
        assert client.get(f"{LIST}new/").status_code == 404
        assert client.get("/setup/import/people/").status_code == 404


class TestAPerson:
    def test_is_entered_and_changed(self, office: Client) -> None:
        facts = {"username": "10023", "full_name": "钱师傅", "phone": "", "email": "", "language": "zh-hans"}
        made = office.post(f"{LIST}new/", facts)
        person = User.objects.get(username="10023")
        assert made.status_code == 303
        assert made.headers["Location"] == page(person)
        assert office.post(page(person), {**facts, "full_name": "钱工"}).status_code == 303
        person.refresh_from_db()
        assert person.full_name == "钱工"

    def test_with_a_name_that_is_taken_stays_as_it_was(self, office: Client, chen: User) -> None:
        facts = {"username": "admin", "full_name": "陈", "language": "zh-hans"}
        answer = office.post(page(chen), facts)
        assert answer.status_code == 422
        assert "id_username_error" in answer.content.decode()
        chen.refresh_from_db()
        assert chen.username == "chen"

    def test_gets_a_role_at_a_place_and_loses_it(self, office: Client, chen: User) -> None:
        site = make_place("教学楼A", code="JXLA", type="building")
        given = office.post(page(chen, "roles/"), {"role": Role.DISPATCHER, "place": "jxla"})
        assert given.status_code == 303
        held = Grant.objects.get(user=chen, role=Role.DISPATCHER)
        assert held.place == site
        assert held.given_by == "admin"
        office.post(page(chen, f"roles/{held.pk}/withdraw/"))
        assert not Grant.objects.filter(pk=held.pk).exists()

    def test_gets_no_role_at_a_place_nobody_knows(self, office: Client, chen: User) -> None:
        answer = office.post(page(chen, "roles/"), {"role": Role.DISPATCHER, "place": "nowhere"})
        assert answer.status_code == 422
        assert 'data-opens="give"' in answer.content.decode()
        assert not may(chen, "desk.triage")

    def test_who_is_the_last_administrator_stays_it(self, office: Client, admin: User) -> None:
        held = Grant.objects.get(user=admin)
        answer = office.post(page(admin, f"roles/{held.pk}/withdraw/"), follow=True)
        assert Grant.objects.filter(pk=held.pk).exists()
        assert "toast" in answer.content.decode()
        office.post(page(admin, "end/"))
        admin.refresh_from_db()
        assert admin.is_active

    def test_somebody_elses_grant_is_not_there(self, office: Client, chen: User, lin: User) -> None:
        held = Grant.objects.get(user=lin)
        assert office.post(page(chen, f"roles/{held.pk}/withdraw/")).status_code == 404

    def test_belongs_to_the_crews_that_are_ticked(self, office: Client, chen: User, crew: Crew) -> None:
        other, trade = make_crew("木工班"), make_trade("木工")
        office.post(page(chen, "crews/"), {"crews": [other.pk], "trades": [trade.pk]})
        now = CrewMember.objects.filter(user=chen, until__isnull=True)
        assert [member.crew for member in now] == [other]
        assert CrewMember.objects.filter(user=chen, crew=crew, until__isnull=False).exists()
        assert PersonTrade.objects.get(user=chen).trade == trade
        office.post(page(chen, "crews/"), {"crews": [other.pk], "trades": [trade.pk]})
        assert now.count() == 1


class TestSigningIn:
    def test_the_link_is_shown_where_no_mail_goes(self, office: Client, chen: User) -> None:
        answer = office.post(page(chen, "invite/")).content.decode()
        link = re.search(r"http://testserver(/accounts/password/link/[^\"]+)", answer)
        assert link
        assert Client().get(link.group(1), follow=True).status_code == 200

    def test_the_link_goes_by_mail_where_that_works(self, office: Client, chen: User) -> None:
        with override_settings(MAIL_URL="smtp://mail.example.com"):
            answer = office.post(page(chen, "invite/"))
        assert answer.status_code == 303
        assert OutMail.objects.get(recipient=chen).kind == "invitation"

    def test_an_account_ends_with_its_sessions_and_comes_back(self, office: Client, chen: User) -> None:
        browser = Client()
        browser.force_login(chen)
        assert browser.get("/accounts/me/").status_code == 200
        office.post(page(chen, "end/"))
        assert browser.get("/accounts/me/").status_code == 302
        office.post(page(chen, "reopen/"))
        chen.refresh_from_db()
        assert chen.is_active

    def test_sessions_end_everywhere(self, office: Client, chen: User) -> None:
        chen.set_password("correct horse battery")
        chen.save()
        browser = Client()
        browser.post("/accounts/login/", {"login": "chen", "password": "correct horse battery"})
        assert browser.get("/accounts/me/").status_code == 200
        office.post(page(chen, "sessions/end/"))
        assert browser.get("/accounts/me/").status_code == 302

    def test_who_ends_the_own_sessions_stays_here(self, office: Client, admin: User) -> None:
        office.post(page(admin, "sessions/end/"))
        assert office.get(LIST).status_code == 200


class TestRoles:
    @pytest.mark.parametrize(
        ("language", "says"),
        [("en", "Assign, reassign and schedule work orders"), ("zh-CN", "派单、转派和预约")],
    )
    def test_what_each_may_do_is_said(self, admin: User, language: str, says: str) -> None:
        browser = Client(headers={"accept-language": language})
        browser.force_login(admin)
        page = browser.get("/setup/people/roles/").content.decode()
        assert page.count(says) == 2  # dispatchers and crew leaders
        assert "/setup/people/roles/" in browser.get(LIST).content.decode()


class TestImporting:
    @staticmethod
    def table(*rows: list[str]) -> io.BytesIO:
        file = io.BytesIO(sheets.written(["用户名", "姓名", "角色"], rows, name="表"))
        file.name = "people.xlsx"
        return file

    def test_goes_over_a_preview_that_stores_nothing(self, office: Client) -> None:
        table = self.table(["10023", "钱师傅", "维修工"], ["", "没有号", ""])
        sent = office.post("/setup/import/people/", {"file": table})
        where = sent.headers["Location"]
        preview = office.get(where)
        assert preview.context["counts"] == {"new": 1, "changed": 0, "same": 0, "wrong": 1}
        assert not User.objects.filter(username="10023").exists()
        wrong = office.get(f"{where}wrong/").content
        rows = CalamineWorkbook.from_filelike(io.BytesIO(wrong)).get_sheet_by_index(0).to_python()
        assert rows[1][1] == "没有号"
        assert rows[1][3]
        done = office.post(where)
        assert done.context["done"]
        assert may(User.objects.get(username="10023"), "work.perform")
        again = office.post(where)
        assert again.context["counts"]["new"] == 0

    def test_a_long_table_is_worked_through_in_the_background(
        self, office: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_jobs, "AT_ONCE", 2)
        table = self.table(["1", "甲", ""], ["2", "乙", "维修工"], ["", "没有号", ""])
        where = office.post("/setup/import/people/", {"file": table}).headers["Location"]
        script = {"HX-Request": "true"}
        assert "every 2s" in office.get(where).content.decode()
        assert "HX-Redirect" not in office.get(where, headers=script).headers

        self.work()
        assert office.get(where, headers=script).headers["HX-Redirect"] == where
        assert office.get(where).context["counts"] == {"new": 2, "changed": 0, "same": 0, "wrong": 1}
        assert not User.objects.filter(username="2").exists()
        rows = CalamineWorkbook.from_filelike(io.BytesIO(office.get(f"{where}wrong/").content))
        assert rows.get_sheet_by_index(0).to_python()[1][1] == "没有号"

        for _click in range(2):
            assert office.post(where).headers["Location"] == where
        assert office.get(where).context["stage"] == "store"
        assert self.work() == 1
        page = office.get(where)
        assert page.context["done"]
        assert page.context["counts"]["new"] == 2
        assert may(User.objects.get(username="2"), "work.perform")
        other = Client()
        other.force_login(make_person())
        assert other.get(where).status_code == 404

    def test_a_long_table_of_who_may_not_any_more_is_not_stored(
        self, office: Client, admin: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_jobs, "AT_ONCE", 0)
        where = office.post("/setup/import/people/", {"file": self.table(["1", "甲", ""])}).headers[
            "Location"
        ]
        self.work()
        office.post(where)
        admin.grants.all().delete()

        self.work()

        assert not User.objects.filter(username="1").exists()

    @staticmethod
    def work() -> int:
        """Do the jobs that wait, as the worker does, and return how many there were."""
        jobs = list(ProcrastinateJob.objects.filter(task_name=import_jobs.TASK, status="todo"))
        for job in jobs:
            tasks.import_table(**job.args)
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
        return len(jobs)

    def test_of_something_else_says_so(self, office: Client) -> None:
        file = io.BytesIO(b"%PDF-1.4 nothing")
        file.name = "people.xlsx"
        answer = office.post("/setup/import/people/", {"file": file})
        assert answer.status_code == 422
        assert "f-err" in answer.content.decode() or "c-danger" in answer.content.decode()

    def test_a_table_is_only_for_who_sent_it(self, office: Client) -> None:
        where = office.post("/setup/import/people/", {"file": self.table(["1", "甲", ""])}).headers[
            "Location"
        ]
        colleague = make_person()
        grant(colleague, Role.ADMINISTRATOR)
        browser = Client()
        browser.force_login(colleague)
        assert browser.get(where).status_code == 404
        assert office.get(where.replace("people", "places")).status_code == 404

    def test_gives_a_template_that_it_reads(self, office: Client) -> None:
        file = io.BytesIO(office.get("/setup/import/people/template/").content)
        file.name = "people.xlsx"
        where = office.post("/setup/import/people/", {"file": file}).headers["Location"]
        assert office.get(where).context["total"] == 0


class TestBounds:
    def test_who_sets_up_a_part_gives_no_roles(self, client: Client, chen: User) -> None:
        warden = make_person()
        grant(warden, Role.ADMINISTRATOR, place=make_place())
        client.force_login(warden)
        assert client.get(LIST).status_code == 404
        assert client.get(page(chen)).status_code == 404
        assert client.post(page(chen, "roles/"), {"role": Role.ADMINISTRATOR}).status_code == 404
        assert client.get("/setup/import/people/").status_code == 404
