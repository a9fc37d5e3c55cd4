"""What the tables of staffing share: whose row it is, and whether the reader of it may say so."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.accounts.queries.named import PeopleByWord, Several
from houqin.kernel.importing import Plan, PlannedRow
from houqin.kernel.reading import plain
from houqin.kernel.tables import Column
from houqin.staffing.policies import may_manage, planned_people

PERSON_HEADINGS = (
    "工号或姓名",
    "Person",
    "用户名",
    "工号",
    "学工号",
    "姓名",
    "人员",
    "User name",
    "Work number",
    "Name",
)
PERSON = Column("person", PERSON_HEADINGS, needed=True, example="示例 10023")


class Whom:
    """The people rows are about; `of` refuses a row that names nobody, several, or somebody else's people."""

    def __init__(self, may: Callable[[User], bool]) -> None:
        self._people = PeopleByWord()
        self._may = may

    def of(self, row: PlannedRow[Any], plan: Plan[Any]) -> User | None:
        """The person of a row; None for one that is refused by it."""
        heading, word = plan.heading(PERSON.key), plain(row.record.facts[PERSON.key])
        if not word:
            row.refuse(heading, _("This is needed."))
            return None
        try:
            person = self._people.read(word)
        except Several:
            row.refuse(
                heading, _("Several people are called “%(name)s”. Write the user name.") % {"name": word}
            )
        except KeyError:
            row.refuse(heading, _("There is no account “%(name)s”.") % {"name": word})
        else:
            if self._may(person):
                return person
            row.refuse(heading, _("You do not plan for %(name)s.") % {"name": person})
        return None


def planners(by: User | None) -> Whom:
    """The people whose shifts and leave `by` plans; everybody without `by`."""
    own = None if by is None else set(planned_people(by).values_list("pk", flat=True))
    return Whom(lambda person: own is None or person.pk in own)


def managers(by: User | None) -> Whom:
    """Everybody, for who sets up how people work; nobody for anybody else."""
    may = by is None or may_manage(by)
    return Whom(lambda _person: may)
