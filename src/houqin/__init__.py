"""houqin (后勤): the software that runs a logistics-support department."""

__version__ = "0.1.0"
