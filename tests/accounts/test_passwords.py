"""Links and passwords under both profiles."""

import datetime as dt
import re

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts
from django.test import override_settings
from django.utils import translation

from houqin.accounts.actions import passwords
from houqin.accounts.models import Invitation, PastPassword
from houqin.config.settings import _PROFILES
from houqin.kernel import clock
from houqin.kernel.errors import Invalid, Missing, Refused
from tests import cast
from tests.makers import make_person

pytestmark = pytest.mark.django_db

GOOD = "correct horse battery"
MODERN = override_settings(PASSWORD_PROFILE="modern", AUTH_PASSWORD_VALIDATORS=_PROFILES["modern"])
MLPS2 = override_settings(PASSWORD_PROFILE="mlps2", AUTH_PASSWORD_VALIDATORS=_PROFILES["mlps2"])


@pytest.mark.parametrize("bad", ["short", "password1234", "wangdawei2026", "1234567890"])
def test_modern_wants_length_and_nothing_known(bad: str) -> None:
    person = make_person("王大伟", username="wangdawei")
    with MODERN:
        with pytest.raises(Invalid) as refusal:
            passwords.set_password(person=person, password=bad)
        assert refusal.value.field == "password"
        person.refresh_from_db()
        assert not person.has_usable_password()
        passwords.set_password(person=person, password="一二三四五六七八九十百千")


@pytest.mark.parametrize("bad", ["Ab1!", "abcdefgh", "ABCDEFG1", "password", "12345678"])
def test_mlps2_wants_three_of_four_classes(bad: str) -> None:
    person = make_person()
    with MLPS2:
        with pytest.raises(Invalid):
            passwords.set_password(person=person, password=bad)
        passwords.set_password(person=person, password="Lamp-post7")


def test_mlps2_remembers_the_last_five() -> None:
    person = make_person()
    with MLPS2:
        for number in range(7):
            passwords.set_password(person=person, password=f"Secret-{number}")
        person.refresh_from_db()
        for number in range(2, 7):
            with pytest.raises(Invalid, match="last five"):
                passwords.set_password(person=person, password=f"Secret-{number}")
        passwords.set_password(person=person, password="Secret-0")
    assert PastPassword.objects.filter(user=person).count() == 5


def test_a_link_sets_a_password_once() -> None:
    person = make_person(must_change_password=True)
    _, secret = passwords.invite(person=person, by=cast.administrator())
    with pytest.raises(Invalid):
        passwords.accept_link(secret=secret, password="short")
    person = passwords.accept_link(secret=secret, password=GOOD)
    assert person.check_password(GOOD)
    assert not person.must_change_password
    assert person.password_changed_at is not None
    with pytest.raises(Missing):
        passwords.accept_link(secret=secret, password="another good one")
    assert Invitation.objects.get().used_at is not None
    assert secret not in Invitation.objects.get().digest


def test_a_new_link_ends_the_one_before_and_time_ends_it_too() -> None:
    person = make_person()
    _, old = passwords.invite(person=person)
    _, new = passwords.invite(person=person)
    with pytest.raises(Missing):
        passwords.accept_link(secret=old, password=GOOD)
    with clock.stopped_at(clock.now() + dt.timedelta(days=7)), pytest.raises(Missing):
        passwords.accept_link(secret=new, password=GOOD)
    assert passwords.accept_link(secret=new, password=GOOD) == person


def test_a_person_who_may_not_sign_in_gets_no_link() -> None:
    gone = make_person(is_active=False, email="gone@example.com")
    with pytest.raises(Refused):
        passwords.invite(person=gone)
    assert passwords.ask_reset(login="gone@example.com") is None


def test_at_most_three_resets_an_hour_and_none_for_unknown_names() -> None:
    person = cast.requester_wang()
    asked = [passwords.ask_reset(login=login) for login in ("wang", "WANG@example.com", "wang", "wang")]
    assert [bool(link) for link in asked] == [True, True, True, False]
    assert passwords.ask_reset(login="nobody") is None
    assert passwords.ask_reset(login=make_person("无邮箱").username) is None
    with clock.stopped_at(clock.now() + dt.timedelta(hours=1)):
        assert passwords.ask_reset(login="wang") is not None
    assert Invitation.objects.filter(user=person).count() == 4


def test_the_old_password_is_asked_for() -> None:
    person = make_person(password="the old password")
    with pytest.raises(Invalid) as refusal:
        passwords.change_password(person=person, old="wrong", password=GOOD)
    assert refusal.value.field == "old"
    passwords.change_password(person=person, old="the old password", password=GOOD)
    person.refresh_from_db()
    assert person.check_password(GOOD)


@pytest.mark.parametrize("profile", [MODERN, MLPS2])
def test_the_rules_are_told_in_chinese(profile: override_settings) -> None:
    with profile, translation.override("zh-hans"):
        with pytest.raises(Invalid) as refusal:
            passwords.set_password(person=make_person(), password="short")
        rules = password_validators_help_texts()

    told = [str(refusal.value), *rules]
    assert not [sentence for sentence in told if re.search("[A-Za-z]{3}|你", sentence)]
