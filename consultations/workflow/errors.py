"""The refusal that every module speaks with; it lives in the ground."""

from chiba_ward.casework.refusals import Refused

__all__ = ["Refused"]
