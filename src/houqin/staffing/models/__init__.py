"""Trades and crews: what dispatch must know of a person."""

from houqin.staffing.models.crews import Crew, CrewMember, PersonTrade, Trade

__all__ = ["Crew", "CrewMember", "PersonTrade", "Trade"]
