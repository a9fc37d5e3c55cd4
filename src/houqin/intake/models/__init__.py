"""What comes in from outside: mail as it came."""

from houqin.intake.models.inbound import TIED, InboundMessage, Outcome, Via

__all__ = ["TIED", "InboundMessage", "Outcome", "Via"]
