"""Who knows a trade: by themselves, or through the crew they belong to."""

from collections.abc import Collection
from enum import StrEnum

from houqin.staffing.models import PersonTrade, Trade
from houqin.staffing.queries.crews import eligible_workers


class Skill(StrEnum):
    """How somebody knows a trade."""

    OWN = "own"
    CREW = "crew"
    NONE = "none"


def skills(user_ids: Collection[int], trade: Trade | None) -> dict[int, Skill]:
    """How each person knows the trade; without a trade asked for everybody does. Two statements.

    A crew's trades are those of its people who have none of their own.
    """
    if trade is None or not user_ids:
        return dict.fromkeys(user_ids, Skill.OWN)
    own = set(PersonTrade.objects.filter(user__in=user_ids, trade=trade).values_list("user_id", flat=True))
    known = set(eligible_workers(trade=trade).filter(pk__in=user_ids).values_list("pk", flat=True))
    return {pk: Skill.OWN if pk in own else Skill.CREW if pk in known else Skill.NONE for pk in user_ids}
