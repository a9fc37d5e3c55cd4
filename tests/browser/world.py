"""A campus in the middle of a week: a request and an order in every state, and every page about them."""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from houqin.accounts.actions import passwords
from houqin.accounts.models import Role, User
from houqin.desk import links
from houqin.desk.actions import following
from houqin.desk.models import Follower, FollowUp, RequestStatus, ServiceRequest, TriageRule
from houqin.flows.accept_result import accept_result, rate_request
from houqin.flows.add_message import add_note, write_to_requester
from houqin.flows.assign_work import assign_work, schedule_work
from houqin.flows.finish_work import cancel_work, complete_work
from houqin.flows.follow_request import follow_request
from houqin.flows.order_parts import plan_part, use_parts
from houqin.flows.progress_work import accept_work, arrive_at_work, hold_work, start_work
from houqin.flows.raise_work_order import raise_work_order
from houqin.flows.triage_request import accept_request, ask_requester, merge_request, reject_request
from houqin.flows.withdraw_request import withdraw_request
from houqin.intake.actions.ringing import keep_refused
from houqin.inventory.actions.moving import Goods
from houqin.kernel import clock
from houqin.notify.actions import returns
from houqin.notify.models import OutMail
from houqin.notify.returning import report
from houqin.org.actions import calendars
from houqin.staffing.models import Terms
from houqin.work.models import ServiceStandard, WorkOrder, WorkOrderStatus
from tests import cast
from tests.browser import books, campus, staff, stores
from tests.browser.campus import Campus
from tests.intake.letters import arrives, letter
from tests.makers import grant, make_code, make_department, make_partner, make_person
from tests.makers_calls import missed, reported, taken
from tests.makers_desk import make_request
from tests.makers_stock import make_item, make_store, received, shelf
from tests.makers_triage import make_rule

EVERYTHING = (
    Role.ADMINISTRATOR,
    Role.DISPATCHER,
    Role.MANAGER,
    Role.CREW_LEADER,
    Role.TECHNICIAN,
    Role.REQUESTER,
    Role.STOREKEEPER,
)
W = WorkOrderStatus
S = RequestStatus


@dataclass
class World:
    """Everything there is, by state."""

    site: Campus
    boss: User
    careful: User
    invited: str
    requests: dict[str, ServiceRequest] = field(default_factory=dict)
    orders: dict[str, WorkOrder] = field(default_factory=dict)
    followers: list[Follower] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)


def session_of(person: User) -> str:
    """A session in which the person has just given the password."""
    client = Client()
    client.force_login(person, backend="houqin.accounts.backends.NameOrEmailBackend")
    session = client.session
    proof = {"method": "password", "at": time.time(), "username": person.username}
    session["account_authentication_methods"] = [proof]
    session.save()
    return client.cookies["sessionid"].value


def build() -> World:
    """Days of work, told by the flows."""
    site = campus.build()
    boss = make_person("周全", username="boss", email="boss@example.com", password="x")
    for role in EVERYTHING:
        grant(boss, role)
    careful = cast.administrator(full_name="钱谨")
    TOTP.activate(careful, generate_totp_secret())
    RecoveryCodes.activate(careful)
    _invitation, secret = passwords.invite(person=make_person("新同事", username="new"), by=boss)
    world = World(site, boss, careful, secret)
    calendars.fill_year(year=clock.today().year)
    make_department(name="人事处")
    make_partner()
    for part in ("problem", "cause", "remedy"):
        make_code(part)
    Terms.objects.update_or_create(user=site.chen, defaults={"open_limit": 50})
    now = clock.now()
    with clock.stopped_at(now - dt.timedelta(days=2)):
        _requests(world)
    with clock.stopped_at(now - dt.timedelta(days=1)):
        _orders(world)
    people = {"boss": boss, "careful": careful, "chen": site.chen, "wang": site.wang}
    world.sessions = {who: session_of(one) for who, one in people.items()}
    staff.build(site.crew, site.chen, site.room)
    books.build(boss)
    stores.build(boss)
    make_rule("一闪", name="灯光闪烁", mode="propose", then_urgency="high", then_safety=True)
    world.requests["fresh"] = _reported(site, "走廊的灯一闪一闪")
    return world


def _reported(site: Campus, words: str) -> ServiceRequest:
    return make_request(
        service=site.leak,
        place=site.room,
        requester=site.wang,
        contact_name="小王",
        contact_phone="13800000002",
        description=words,
    )


def _requests(world: World) -> None:
    site, by = world.site, world.site.xu
    found = {state: _reported(site, f"洗手池漏水，第{at}处") for at, state in enumerate(S.values, start=1)}
    for state in (S.IN_PROGRESS, S.RESOLVED, S.NEW):
        world.followers.append(_following(site, found[state]))
    following.leave(follower_id=world.followers[-1].pk, by=None)
    ask_requester(request_id=found[S.NEED_INFO].pk, question="哪一个水龙头？", by=by)
    accept_request(request_id=found[S.ACCEPTED].pk, by=by)
    add_note(request_id=found[S.ACCEPTED].pk, text="钥匙在门卫处。", by=by)
    write_to_requester(request_id=found[S.ACCEPTED].pk, text="我们下午到。", by=by)
    reject_request(request_id=found[S.REJECTED].pk, reason="不属于我们管。", by=by)
    merge_request(request_id=found[S.MERGED].pk, into_id=found[S.ACCEPTED].pk, by=by)
    withdraw_request(request_id=found[S.WITHDRAWN].pk, by=site.wang, reason="自己修好了。")
    for state in (S.RESOLVED, S.CLOSED):
        order = _working(world, found[state])
        world.orders[f"for {state}"] = complete_work(order_id=order.pk, by=site.chen, result="fixed")
    accept_result(request_id=found[S.CLOSED].pk, by=site.wang)
    rate_request(
        request_id=found[S.CLOSED].pk,
        speed=2,
        attitude=4,
        quality=1,
        solved=False,
        comment="又漏了。",
        by=site.wang,
    )
    accept_work(order_id=_given(world, found[S.IN_PROGRESS]).pk, by=site.chen)
    world.requests = found


def _following(site: Campus, request: ServiceRequest) -> Follower:
    contact = following.Contact(name="小李", phone="13800000009", place_id=site.room.pk, channel="qr")
    text = "三楼也是这样。"
    return follow_request(request_id=request.pk, contact=contact, by=None, text=text)


def _given(world: World, request: ServiceRequest) -> WorkOrder:
    order = raise_work_order(request_id=request.pk, by=world.site.xu)
    return assign_work(order_id=order.pk, by=world.site.xu, worker_id=world.site.chen.pk)


def _working(world: World, request: ServiceRequest) -> WorkOrder:
    order = _given(world, request)
    accept_work(order_id=order.pk, by=world.site.chen)
    arrive_at_work(order_id=order.pk, by=world.site.chen)
    return start_work(order_id=order.pk, by=world.site.chen)


def _orders(world: World) -> None:
    site, orders = world.site, world.orders
    chen = site.chen

    def new() -> ServiceRequest:
        return _reported(site, "卫生间水管漏水")

    orders[W.TO_DISPATCH] = raise_work_order(request_id=new().pk, by=site.xu, crew_id=site.crew.pk)
    orders[W.DISPATCHED] = _given(world, new())
    start = clock.now() + dt.timedelta(days=2)
    orders["scheduled"] = _given(world, new())
    schedule_work(
        order_id=orders["scheduled"].pk,
        scheduled_from=start,
        scheduled_until=start + dt.timedelta(hours=2),
        by=site.xu,
    )
    orders[W.ACCEPTED] = accept_work(order_id=_given(world, new()).pk, by=chen)
    orders[W.ON_SITE] = arrive_at_work(
        order_id=accept_work(order_id=_given(world, new()).pk, by=chen).pk, by=chen
    )
    orders[W.ON_HOLD] = hold_work(
        order_id=_working(world, new()).pk, reason="parts", note="等三通阀。", by=chen
    )
    orders[W.CANCELLED] = cancel_work(order_id=_given(world, new()).pk, reason="派错了。", by=site.xu)
    orders[W.IN_PROGRESS] = _working(world, new())
    _parts(orders[W.IN_PROGRESS], by=chen)


def _parts(order: WorkOrder, *, by: User) -> None:
    """One part is taken, one kept, and of one there is too little."""
    store = make_store()
    tube, valve, tape = make_item("灯管"), make_item("三通阀"), make_item("生料带")
    for item, qty in ((tube, 5), (valve, 1), (tape, 9)):
        received(item, qty, "12.50", to=shelf(store))
    taken_part = [Goods(item=tube, qty=Decimal(2))]
    use_parts(order_id=order.pk, goods=taken_part, warehouse=store, by=by)
    for item, qty in ((tape, 2), (valve, 3)):
        plan_part(order_id=order.pk, item=item, warehouse=store, qty=Decimal(qty), by=by, wait=False)


Visit = tuple[str, str, str]
"""Who looks, at which address, in which group of pages."""


def pages(world: World) -> Iterator[Visit]:
    """Every page of the product and who looks at it: the person with all roles, and those with one."""
    for name in ("public:report", "account_login", "account_reset_password"):
        yield "anonymous", reverse(name), "public"
    yield "anonymous", reverse("public:scan", args=[world.site.code.token]), "public"
    yield "anonymous", reverse("public:scan", args=["unknown"]), "public"
    yield "anonymous", reverse("accounts:link"), "public"
    yield "anonymous", reverse("accounts:open_link", args=[world.invited]), "public"
    yield "anonymous", "/nowhere/", "public"
    for request in world.requests.values():
        yield "anonymous", reverse("public:track", args=[links.token_of(request)]), "public"
    for follower in world.followers:
        yield "anonymous", reverse("public:following", args=[links.token_of_follower(follower)]), "public"
    yield from _of_the_desk(world)
    yield from _of_the_phone(world)
    yield from _of_the_office(world)
    yield from _of_the_setup(world)
    yield from staff.pages(world.boss, world.site.chen)
    yield from books.pages()
    yield from stores.pages()
    yield from stores.set_up()


def _of_the_desk(world: World) -> Iterator[Visit]:
    for state, request in world.requests.items():
        yield "boss", reverse("desk:request", args=[request.number]), "desk"
        if state in {"fresh", S.IN_PROGRESS, S.RESOLVED}:
            yield "boss", f"{reverse('desk:queue')}?tab=all&show={request.number}", "desk"
    new = world.requests["fresh"].number
    for step in ("correct", "priority", "raise_order", "ask", "promise", "merge", "reject", "renew_link"):
        yield "boss", reverse("desk:step", args=[new, step]), "desk"
    for tab in ("pending", "to_assign", "unassignable", "open", "mine"):
        yield "boss", f"{reverse('desk:queue')}?tab={tab}", "desk"
    yield "boss", f"{reverse('desk:queue')}?q=没有&priority=urgent", "desk"
    call = FollowUp.objects.get()
    for path in (reverse("desk:follow_ups"), reverse("desk:follow_up", args=[call.pk])):
        yield "boss", path, "desk"
    yield from _of_the_calls(world)


def _of_the_calls(world: World) -> Iterator[Visit]:
    """The phone desk with calls that ring, one that is taken, one that was missed."""
    own = taken(world.boss)
    to_call, ringing = missed(), reported("小王的手机", queue="9999")
    filed = world.requests["fresh"].number
    for query in ("", f"?call={own.pk}", f"?filed={filed}", "?phone=13800000002"):
        yield "boss", f"{reverse('desk:phone')}{query}", "desk"
    for path in (reverse("desk:calls"), f"{reverse('desk:calls')}?kind=to_call&line={to_call.line_id}"):
        yield "boss", path, "desk"
    yield "boss", f"{reverse('desk:calls')}?number={ringing.pk}999", "desk"
    yield "boss", reverse("desk:call_back", args=[to_call.pk]), "desk"
    keep_refused(source="boss", sent='{"number": 1}', faults=[{"field": "number", "detail": "请填写文字。"}])
    yield "boss", reverse("desk:calls_refused"), "desk"


def _of_the_phone(world: World) -> Iterator[Visit]:
    for name in ("jobs:today", "jobs:offers", "jobs:scan", "accounts:me", "search:find", "notify:inbox"):
        yield "chen", reverse(name), "phone"
    yield "chen", f"{reverse('jobs:scan')}?code={world.site.room.code}", "phone"
    for order in world.orders.values():
        yield "chen", reverse("jobs:job", args=[order.number]), "phone"
    for words in ("", "?q=灯管", "?q=没有"):
        yield "chen", reverse("jobs:parts", args=[world.orders[W.IN_PROGRESS].number]) + words, "phone"
    for name in ("public:report", "public:mine", "accounts:me", "search:find", "notify:inbox"):
        yield "wang", reverse(name), "phone"


def _of_the_office(world: World) -> Iterator[Visit]:
    for order in world.orders.values():
        yield "boss", reverse("work:order", args=[order.number]), "work"
    order = world.orders[W.TO_DISPATCH].number
    for step in ("assign", "schedule", "cancel"):
        yield "boss", reverse("work:step", args=[order, step]), "work"
    yield "boss", reverse("work:slip", args=[order]), "work"
    for tab in ("to_dispatch", "in_progress", "on_hold", "all"):
        yield "boss", f"{reverse('work:orders')}?tab={tab}", "work"
    for path in ("work:new", "notify:inbox", "accounts:me", "insight:overview", "account_logout"):
        yield "boss", reverse(path), "work"
    yield "boss", f"{reverse('insight:ratings')}?low=1", "work"
    for path in ("waiting/", "waiting/requests/?owner=us", "replay/?run=1&load=1"):
        yield "boss", f"{reverse('insight:overview')}{path}", "work"
    yield "boss", f"{reverse('insight:replay_requests')}?kind=resolution&what=measured", "work"
    yield "boss", reverse("insight:triage"), "work"
    for name in ("account_change_password", "account_reauthenticate", "mfa_activate_totp"):
        yield "boss", reverse(name), "work"
    yield "boss", f"{reverse('search:find')}?q=漏水", "work"
    for name in ("reauthenticate", "deactivate_totp", "view_recovery_codes", "generate_recovery_codes"):
        yield "careful", reverse(f"mfa_{name}"), "work"


def _of_the_setup(world: World) -> Iterator[Visit]:
    site = world.site
    rows = {
        "departments": None,
        "partners": None,
        "phone-lines": None,
        "calendars": None,
        "categories": site.water.pk,
        "services": site.leak.pk,
        "job-types": site.leak.job_type_id,
        "failure-codes": None,
        "crews": site.crew.pk,
        "trades": site.crew.trades.get().pk,
    }
    for key, pk in rows.items():
        yield "boss", reverse("setup:register", args=[key]), "setup"
        yield "boss", reverse("setup:new", args=[key]), "setup"
        if pk is not None:
            yield "boss", reverse("setup:edit", args=[key, pk]), "setup"
    for name in (
        "start",
        "organisation",
        "matrix",
        "dispatch",
        "standards",
        "standard_new",
        "people",
        "person_new",
    ):
        yield "boss", reverse(f"setup:{name}"), "setup"
    for name in (
        "roles",
        "places",
        "place_new",
        "qr",
        "holidays",
        "outbox",
        "letters",
        "intake",
        "history",
        "system",
    ):
        yield "boss", reverse(f"setup:{name}"), "setup2"
    for name in ("triage", "triage_new", "triage_try", "triage_past", "returns"):
        yield "boss", reverse(f"setup:{name}"), "setup2"
    yield "boss", reverse("setup:triage_rule", args=[TriageRule.objects.get().pk]), "setup2"
    standard = ServiceStandard.objects.get()
    yield "boss", reverse("setup:standard", args=[standard.pk]), "setup"
    yield "boss", reverse("setup:person", args=[site.chen.pk]), "setup"
    yield "boss", reverse("setup:place", args=[site.room.pk]), "setup2"
    yield "boss", reverse("setup:place_new_in", args=[site.room.lineage[0]]), "setup2"
    yield "boss", reverse("setup:qr_label", args=[site.code.token]), "setup2"
    yield "boss", f"{reverse('setup:qr_print')}?token={site.code.token}", "setup2"
    yield "boss", reverse("setup:holiday_year", args=[clock.today().year + 1]), "setup2"
    mail = OutMail.objects.first()
    if mail is not None:
        yield "boss", reverse("setup:mail", args=[mail.pk]), "setup2"
        OutMail.objects.filter(pk=mail.pk).update(state="sent", sent_at=mail.created_at, tries=1)
        gone = returns.record(mail_id=mail.pk, said=report(status="5.1.1", reason="550 5.1.1 没有这个用户"))
        assert gone is not None
        yield "boss", reverse("setup:returning", args=[gone.pk]), "setup2"
    kept = arrives(letter("我在休假。\n> 已收到", subject="自动回复：我们已收到您的服务请求"))
    yield "boss", reverse("setup:intake_message", args=[kept.pk]), "setup2"
    for key, row in (("places", "302,三〇二"), ("people", "wang,王小明")):
        yield "boss", reverse("setup:import", args=[key]), "setup2"
        yield "boss", _uploaded(world, key, row), "setup2"


def _uploaded(world: World, key: str, row: str) -> str:
    """Send a table with a wrong row and return the address of what it would do."""
    client = Client()
    client.force_login(world.boss, backend="houqin.accounts.backends.NameOrEmailBackend")
    heading = {"places": "编码,名称", "people": "用户名,姓名"}[key]
    file = SimpleUploadedFile("table.csv", f"{heading}\n{row}\n,缺编码\n".encode())
    answer = client.post(reverse("setup:import", args=[key]), {"file": file})
    return answer.headers.get("Location", reverse("setup:import", args=[key]))
