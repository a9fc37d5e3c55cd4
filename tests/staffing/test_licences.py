"""Licences: granted, renewed, corrected, ended, struck out; and which end before long."""

import datetime as dt

import pytest

from houqin.accounts.models import User
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, NotPermitted
from houqin.staffing.actions import licences
from houqin.staffing.models import Crew, Licence
from houqin.staffing.queries.licences import ending, ending_counts, held_by
from tests.makers import make_licence, make_licence_kind

pytestmark = pytest.mark.django_db

FROM, UNTIL = dt.date(2024, 1, 1), dt.date(2026, 12, 31)
DAY = dt.timedelta(days=1)


def granted(user: User, by: User | None = None) -> Licence:
    return licences.grant(
        user_id=user.pk,
        kind_id=make_licence_kind().pk,
        number=" T-7 ",
        valid_from=FROM,
        valid_until=UNTIL,
        by=by,
    )


def test_a_licence_is_granted_and_renewed_from_the_day_after(admin: User, chen: User) -> None:
    old = granted(chen, admin)
    new = licences.renew(licence_id=old.pk, valid_until=dt.date(2029, 12, 31), by=admin)

    assert (old.number, new.number) == ("T-7", "T-7")
    assert new.valid_from == dt.date(2027, 1, 1)
    with pytest.raises(Invalid, match="holds until 2026-12-31 already"):
        licences.renew(licence_id=old.pk, valid_until=UNTIL, by=admin)


def test_a_licence_that_ends_before_it_begins_is_refused(chen: User) -> None:
    kind = make_licence_kind()

    with pytest.raises(Invalid) as refusal:
        licences.grant(user_id=chen.pk, kind_id=kind.pk, valid_from=UNTIL, valid_until=UNTIL - DAY, by=None)

    assert str(refusal.value) == "The licence would end on 2026-12-30, before it begins on 2026-12-31."
    assert refusal.value.field == "valid_until"
    assert not Licence.objects.exists()
    held = granted(chen)
    with pytest.raises(Invalid):
        licences.correct(licence_id=held.pk, valid_from=UNTIL + DAY, by=None)
    held.refresh_from_db()
    assert held.valid_from == FROM


def test_two_of_a_kind_do_not_begin_on_the_same_day(chen: User) -> None:
    held = granted(chen)

    with pytest.raises(Invalid, match="correct that one") as refusal:
        licences.grant(
            user_id=chen.pk, kind_id=held.kind_id, valid_from=FROM, valid_until=UNTIL + DAY, by=None
        )

    assert refusal.value.field == "valid_from"
    corrected = licences.correct(licence_id=held.pk, number="T-8", valid_until=UNTIL + DAY, by=None)
    assert (corrected.number, corrected.valid_until) == ("T-8", UNTIL + DAY)


def test_a_licence_ends_early_and_not_before_it_began(chen: User) -> None:
    held = granted(chen)
    for day in (UNTIL, FROM - DAY):
        with pytest.raises(Invalid) as refusal:
            licences.end(licence_id=held.pk, on=day, by=None)
        assert refusal.value.field == "on"

    assert licences.end(licence_id=held.pk, on=FROM, by=None).valid_until == FROM
    licences.strike(licence_id=held.pk, by=None)
    for gone in (
        lambda: licences.strike(licence_id=held.pk, by=None),
        lambda: licences.grant(user_id=chen.pk, kind_id=0, valid_from=FROM, valid_until=UNTIL, by=None),
    ):
        with pytest.raises(Missing):
            gone()


def test_only_who_sets_up_crews_enters_licences(
    admin: User, banzhang: User, xu: User, chen: User, crew: Crew
) -> None:
    held = granted(chen, admin)

    for by in (banzhang, xu, chen):
        for refused in (
            lambda by=by: granted(chen, by),
            lambda by=by: licences.end(licence_id=held.pk, on=FROM, by=by),
            lambda by=by: licences.strike(licence_id=held.pk, by=by),
        ):
            with pytest.raises(NotPermitted):
                refused()

    assert Licence.objects.count() == 1


def test_what_ends_before_long_is_told_once_it_was_not_renewed(chen: User, liu: User) -> None:
    kind, other, today = make_licence_kind(), make_licence_kind("电工证"), clock.today()
    gone = make_licence(chen, kind, today - DAY)
    soon = make_licence(liu, kind, today + 30 * DAY)
    later = make_licence(liu, other, today + 61 * DAY)
    renewed = make_licence(chen, other, today)
    make_licence(chen, other, today + 900 * DAY, valid_from=today + DAY)
    everybody = User.objects.all()

    assert list(ending(everybody, within=None)) == [gone]
    assert list(ending(everybody, within=30)) == [soon]
    assert list(ending(everybody, within=90)) == [soon, later]
    assert ending_counts(everybody) == {None: 1, 30: 1, 60: 1, 90: 2}
    own = held_by([chen.pk])[chen.pk]
    assert [(one.left, one.ended, one.soon) for one in own] == [(-1, True, False), (900, False, False)]
    assert renewed not in [one.licence for one in own]
    other.active = False
    other.save()
    assert ending_counts(everybody)[90] == 1
