"""People who sign in, limits on guessing, and the log of who read what."""

from chiba_ward.access.models.limits import Throttle
from chiba_ward.access.models.people import User, UserManager, display_name
from chiba_ward.access.models.read_log import (
    ReadLogEntry,
    ReadLogHead,
    ReadLogVerification,
    RetentionRule,
)

__all__ = [
    "ReadLogEntry",
    "ReadLogHead",
    "ReadLogVerification",
    "RetentionRule",
    "Throttle",
    "User",
    "UserManager",
    "display_name",
]
