"""The fixed cast: who they are and what they may do. Each maker returns a new row.

林主任 manages, 小王 asks, 陈师傅 repairs and 刘师傅 too, 赵会计 counts, 孙仓管 stores, 许晓 dispatches,
班长 leads the crew, 管理员 sets up, 审计 reads, and 陌生人 has no business here.
"""

from typing import Any

from houqin.accounts.models import Role, User
from tests.makers import grant, make_person


def _cast(username: str, full_name: str, role: str | None, facts: dict[str, Any]) -> User:
    told = {"username": username, "full_name": full_name, "email": f"{username}@example.com", **facts}
    person = make_person(**told)
    if role is not None:
        grant(person, role)
    return person


def director_lin(**facts: Any) -> User:
    """林主任, manager of the department."""
    return _cast("lin", "林主任", Role.MANAGER, {"phone": "13800000001", **facts})


def requester_wang(**facts: Any) -> User:
    """小王, who reports faults."""
    return _cast("wang", "小王", Role.REQUESTER, {"phone": "13800000002", **facts})


def technician_chen(**facts: Any) -> User:
    """陈师傅, who repairs them."""
    return _cast("chen", "陈师傅", Role.TECHNICIAN, {"phone": "13800000003", **facts})


def technician_liu(**facts: Any) -> User:
    """刘师傅, another technician, for everything that takes two."""
    return _cast("liu", "刘师傅", Role.TECHNICIAN, facts)


def accountant_zhao(**facts: Any) -> User:
    """赵会计, who looks at figures."""
    return _cast("zhao", "赵会计", Role.ACCOUNTANT, facts)


def storekeeper_sun(**facts: Any) -> User:
    """孙仓管, who keeps the store."""
    return _cast("sun", "孙仓管", Role.STOREKEEPER, facts)


def dispatcher_xu(**facts: Any) -> User:
    """许晓 at the service desk."""
    return _cast("xu", "许晓", Role.DISPATCHER, {"phone": "13800000006", **facts})


def crew_leader(**facts: Any) -> User:
    """班长, who leads a crew once one is made with `leader=`."""
    return _cast("banzhang", "班长", Role.CREW_LEADER, {"phone": "13800000007", **facts})


def administrator(**facts: Any) -> User:
    """管理员, who sets things up and does no work orders."""
    return _cast("admin", "管理员", Role.ADMINISTRATOR, facts)


def auditor(**facts: Any) -> User:
    """审计, who sees everything and changes nothing."""
    return _cast("auditor", "审计", Role.AUDITOR, facts)


def stranger(**facts: Any) -> User:
    """陌生人: an account without any role."""
    return _cast("stranger", "陌生人", None, facts)
