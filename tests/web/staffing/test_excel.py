"""A roster and licences brought by Excel: download the template, fill it in, look, store, mend the rest."""

import io
from collections.abc import Sequence

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from houqin.accounts.models import User
from houqin.kernel import tables
from houqin.staffing.models import Crew, Licence, Shift
from tests.makers import make_licence_kind, make_shift_kind
from tests.web.signed_in import signed_in
from tests.web.staffing.test_papers import person
from tests.web.staffing.test_week import page

pytestmark = pytest.mark.django_db


def template(client: Client, key: str) -> list[str]:
    """The headings of a template as it is downloaded."""
    content = client.get(f"/setup/import/{key}/template/").content
    return next(tables.rows(io.BytesIO(content))).cells


def filled(heads: Sequence[str], *rows: dict[str, str]) -> SimpleUploadedFile:
    """The template filled in with a spreadsheet program: what is named in each row, the rest empty."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head)
        for line, row in enumerate(rows, start=1):
            sheet.write_string(line, column, row.get(head, ""))
    book.close()
    return SimpleUploadedFile("filled.xlsx", content.getvalue())


def sent(client: Client, key: str, file: SimpleUploadedFile) -> str:
    """The address of what would happen."""
    answer = client.post(f"/setup/import/{key}/", {"file": file})
    assert answer.status_code == 303, answer.content.decode()
    return answer.headers["Location"]


def wrong_rows(client: Client, preview: str) -> str:
    """The file of the rows that were not stored, each with its sentence."""
    answer = client.get(f"{preview}wrong/")
    content = answer.content if not answer.streaming else b"".join(answer)  # type: ignore[arg-type]
    return "\n".join(" ".join(map(str, row.cells)) for row in tables.rows(io.BytesIO(content)))


def test_shifts_are_looked_at_stored_and_the_wrong_ones_come_back(
    banzhang: User, chen: User, crew: Crew
) -> None:
    make_shift_kind("早班", "08:00-16:00")
    client = signed_in(banzhang)
    heads = template(client, "shifts")
    day, kind, name = (next(one for one in heads if word in one) for word in ("Day", "Shift", "Person"))
    file = filled(
        heads,
        {name: "chen", day: "2026-11-23", kind: "早班"},
        {name: "nobody-here", day: "2026-11-23", kind: "早班"},
        {name: "chen", day: "31.11.2026", kind: "早班"},
        {name: "chen", day: "2026-11-24", kind: "大夜"},
    )

    preview = sent(client, "shifts", file)
    said = page(client, preview)

    for sentence in ("There is no account “nobody-here”", "This is no day", "“大夜” is no shift"):
        assert sentence in said
    assert not Shift.objects.exists()
    client.post(preview)
    assert Shift.objects.get().user == chen
    back = wrong_rows(client, preview)
    assert "nobody-here" in back
    assert "2026-11-23" in back
    assert "no shift" in back


def test_licences_that_end_before_they_begin_are_told_with_both_days(admin: User, chen: User) -> None:
    make_licence_kind("高处作业证", code="GC")
    client = signed_in(admin)
    heads = template(client, "licences")
    name, kind, since, until = (
        next(one for one in heads if word in one)
        for word in ("Person", "Licence", "Valid from", "Valid until")
    )
    good = {name: "chen", kind: "GC", since: "2026-01-01", until: "2026-12-31"}

    preview = sent(
        client, "licences", filled(heads, good, {**good, since: "2027-05-01", until: "2027-04-30"})
    )

    said = page(client, preview)
    assert "2027-04-30" in said
    assert "2027-05-01" in said
    client.post(preview)
    assert Licence.objects.get().valid_until.isoformat() == "2026-12-31"
    assert "2027-04-30" in wrong_rows(client, preview)


def test_what_is_no_table_is_refused_in_a_sentence(admin: User) -> None:
    client = signed_in(admin)

    answer = client.post("/setup/import/shifts/", {"file": SimpleUploadedFile("a.xlsx", b"no table")})

    assert answer.status_code == 422
    assert "f-err" in answer.content.decode()
    assert not Shift.objects.exists()


def test_the_account_and_the_roster_of_a_person_lead_to_one_another(
    admin: User, banzhang: User, chen: User, crew: Crew
) -> None:
    account = f"/setup/people/{chen.pk}/"

    assert f'href="{person(chen)}"' in page(signed_in(admin), account)
    assert f'href="{account}"' in page(signed_in(admin), person(chen))
    assert f'href="{account}"' not in page(signed_in(banzhang), person(chen))
