"""What dispatch must know of a person: trades, crews, licences, shifts, leave, terms."""

from houqin.staffing.models.crews import Crew, CrewMember, PersonTrade, Trade
from houqin.staffing.models.licences import Licence, LicenceKind
from houqin.staffing.models.rates import LabourRate
from houqin.staffing.models.rosters import Absence, Hours, Shift, ShiftKind, Terms, WorkPlace

__all__ = [
    "Absence",
    "Crew",
    "CrewMember",
    "Hours",
    "LabourRate",
    "Licence",
    "LicenceKind",
    "PersonTrade",
    "Shift",
    "ShiftKind",
    "Terms",
    "Trade",
    "WorkPlace",
]
