"""Entering, changing and stopping people."""

import threading
from functools import partial
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client, override_settings

from houqin.accounts.actions import first_administrator, grants, people, tokens
from houqin.accounts.models import Grant, Role, User
from houqin.accounts.policies import may, permissions_of
from houqin.accounts.queries.people import PeopleFilter, nobody_yet, person_named
from houqin.accounts.queries.people import people as people_list
from houqin.accounts.queries.tokens import person_of
from houqin.kernel.errors import Invalid, Refused
from tests import cast
from tests.makers import forget, grant, make_department, make_person, make_place
from tests.threads import together

GOOD = "correct horse battery"


def sign_in(client: Client, person: User) -> None:
    """Sign in as the sign-in page does: with a record of the device."""
    client.force_login(person)
    UserSession.objects.create(
        user=person, session_key=client.session.session_key, ip="127.0.0.1", user_agent="test"
    )


@pytest.mark.django_db
class TestEntering:
    def test_a_person_is_stored_with_what_sorts_and_finds_it(self) -> None:
        person = people.create(
            username="ｗ００１", full_name=" 曾国藩 ", phone="１３８００００１２３４", email="Z@Example.com"
        )
        assert (person.username, person.full_name, person.phone) == ("w001", "曾国藩", "13800001234")
        assert person.pinyin_key.startswith("zeng")
        assert not person.has_usable_password()
        admin = cast.administrator()
        for text in ("zgf", "曾国", "1380000", "W001", "z@example"):
            assert list(people_list(PeopleFilter(text=text), admin)) == [person]

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"username": "WANG"}, "username"),
            ({"username": "a b"}, "username"),
            ({"username": "a@b"}, "username"),
            ({"username": ""}, "username"),
            ({"full_name": " "}, "full_name"),
            ({"email": "WANG@example.com"}, "email"),
            ({"email": "not an address"}, "email"),
            ({"username": "x" * 61}, "username"),
            ({"phone": "1" * 31}, "phone"),
            ({"language": "fr"}, "language"),
        ],
    )
    def test_a_wrong_fact_is_refused_by_its_field_and_nothing_written(
        self, facts: dict[str, Any], field: str
    ) -> None:
        cast.requester_wang()
        good: dict[str, Any] = {"username": "li", "full_name": "李四"}
        with pytest.raises(Invalid) as refusal:
            people.create(**{**good, **facts})
        assert refusal.value.field == field
        assert User.objects.count() == 1
        assert people.create(**good).pk

    def test_a_change_leaves_the_rest_as_it_was(self) -> None:
        wang = cast.requester_wang()
        department = make_department()
        people.change(person=wang, department=department)
        wang.refresh_from_db()
        assert (wang.department, wang.phone) == (department, "13800000002")


@pytest.mark.django_db
class TestStopping:
    def test_sessions_and_tokens_end_with_the_next_request(self, client: Client) -> None:
        xu = cast.dispatcher_xu(password=GOOD)
        sign_in(client, xu)
        token, secret = tokens.make(person=xu, name="program", scopes=["write"])
        assert token.scopes == ["read", "write"]
        assert person_of(secret) == xu

        people.deactivate(person=xu)

        assert person_of(secret) is None
        assert "_auth_user_id" not in client.session
        people.reactivate(person=xu)
        assert person_of(secret) is None
        assert not UserSession.objects.filter(user=xu).exists()

    def test_the_rights_of_somebody_stopped_are_gone(self) -> None:
        xu = cast.dispatcher_xu()
        assert may(xu, "desk.view")
        assert permissions_of(people.deactivate(person=xu)) == frozenset()

    def test_the_last_administrator_stays(self) -> None:
        admin = cast.administrator()
        role = Grant.objects.get(user=admin)
        with pytest.raises(Refused, match="last administrator"):
            people.deactivate(person=admin)
        with pytest.raises(Refused, match="last administrator"):
            grants.withdraw(grant=role)
        second = make_person("第二人")
        grants.give(person=second, role=Role.ADMINISTRATOR, place=make_place())
        with pytest.raises(Refused, match="last administrator"):
            grants.withdraw(grant=role)
        grants.give(person=second, role=Role.ADMINISTRATOR)
        grants.withdraw(grant=role)
        assert not Grant.objects.filter(user=admin).exists()
        with pytest.raises(Refused, match="last administrator"):
            people.deactivate(person=second)

    def test_one_device_stays_when_the_others_are_signed_out(self) -> None:
        xu = cast.dispatcher_xu()
        phone, desk = Client(), Client()
        sign_in(phone, xu)
        sign_in(desk, xu)
        assert people.end_sessions(person=xu, keep=desk.session.session_key) == 1
        assert "_auth_user_id" in desk.session
        assert "_auth_user_id" not in phone.session


@pytest.mark.django_db
class TestRoles:
    def test_a_role_is_given_once_and_withdrawn(self) -> None:
        chen = make_person("陈师傅")
        given = grants.give(person=chen, role=Role.DISPATCHER, by=cast.administrator())
        assert grants.give(person=chen, role=Role.DISPATCHER) == given
        assert given.given_by == "admin"
        assert may(chen, "desk.triage")
        grants.withdraw(grant=given)
        forget(chen)
        assert not may(chen, "desk.triage")

    def test_a_role_has_one_bound_at_most(self) -> None:
        with pytest.raises(Invalid):
            grants.give(
                person=make_person(), role=Role.MANAGER, place=make_place(), department=make_department()
            )
        with pytest.raises(Invalid):
            grants.give(person=make_person(), role="king")

    def test_who_audits_does_not_set_up_under_mlps2(self) -> None:
        admin = cast.administrator()
        with override_settings(PASSWORD_PROFILE="mlps2"), pytest.raises(Refused):
            grants.give(person=admin, role=Role.AUDITOR)
        assert grants.give(person=admin, role=Role.AUDITOR)


@pytest.mark.django_db
class TestFinding:
    def test_names_are_found_whatever_their_case(self) -> None:
        wang = cast.requester_wang()
        assert person_named(" WANG ") == person_named("ＷＡＮＧ") == person_named("Wang@Example.COM") == wang
        assert person_named("") is None

    def test_a_list_shows_only_oneself_without_the_right(self) -> None:
        wang, admin = cast.requester_wang(), cast.administrator()
        make_person("离职", is_active=False)
        assert list(people_list(PeopleFilter(), wang)) == [wang]
        assert set(people_list(PeopleFilter(), admin)) == {wang, admin}
        assert set(people_list(PeopleFilter(role=Role.REQUESTER), admin)) == {wang}
        assert len(people_list(PeopleFilter(active=None), admin)) == 3


def first(username: str) -> User:
    return first_administrator.create(
        username=username, full_name="管理员", email="", password=GOOD, language="zh-hans"
    )


@pytest.mark.django_db
def test_the_first_administrator_may_set_everything_up() -> None:
    make_person("演示", is_demo=True)
    assert nobody_yet()
    assert may(first("first"), "people.manage")
    assert not nobody_yet()
    with pytest.raises(Refused, match="already"):
        first("second")
    assert User.objects.filter(is_demo=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_first_administrators_at_once_one_wins() -> None:
    outcomes: list[str] = []

    def try_it(number: int) -> None:
        try:
            first(f"first{number}")
            outcomes.append("made")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made"] + ["refused"] * 7
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_take_the_role_from_each_other_at_once() -> None:
    roles = [grant(make_person(name), Role.ADMINISTRATOR) for name in ("甲", "乙")]
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def withdraw(role: Grant) -> None:
        barrier.wait()
        try:
            grants.withdraw(grant=role)
            outcomes.append("gone")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=withdraw, args=[role]) for role in roles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["gone", "refused"]
    assert Grant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_end_each_others_account_at_once() -> None:
    admins = [make_person(name) for name in ("甲", "乙")]
    for admin in admins:
        grant(admin, Role.ADMINISTRATOR)

    for _again in range(5):
        answers = together([partial(people.deactivate, person=admin) for admin in admins])

        assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "User"]
        User.objects.update(is_active=True)


@pytest.mark.django_db
def test_a_token_ends_on_time_and_when_revoked() -> None:
    wang = cast.requester_wang()
    token, secret = tokens.make(person=wang, name="程序", scopes=["read"])
    assert secret.startswith("hq_")
    assert secret not in str(vars(token))
    assert token.scopes == ["read"]
    assert person_of(secret) == wang
    assert person_of(secret + "x") is None
    token.refresh_from_db()
    assert token.last_used_at is not None
    tokens.revoke(token=token)
    assert person_of(secret) is None
    for name, scopes in (("x", []), ("x", ["all"]), (" ", ["read"])):
        with pytest.raises(Invalid):
            tokens.make(person=wang, name=name, scopes=scopes)
