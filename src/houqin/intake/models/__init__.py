"""What comes in from outside: mail as it came."""

from houqin.intake.models.inbound import TIED, BouncedAddress, InboundMessage, Outcome, Via

__all__ = ["TIED", "BouncedAddress", "InboundMessage", "Outcome", "Via"]
