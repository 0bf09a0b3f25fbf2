"""Who is who: wards, towns and their partitions, versioned offices, posts and dated postings (DOMAIN §2)."""

from chiba_ward.directory.models.base import Dated, Verified
from chiba_ward.directory.models.calendars import Calendar, CalendarException, CalendarHours
from chiba_ward.directory.models.offices import EmergencyNumber, Office, OfficeVersion
from chiba_ward.directory.models.people import Post, Posting
from chiba_ward.directory.models.places import Area, AreaTown, PostalCode, Town, Ward

__all__ = [
    "Area",
    "AreaTown",
    "Calendar",
    "CalendarException",
    "CalendarHours",
    "Dated",
    "EmergencyNumber",
    "Office",
    "OfficeVersion",
    "Post",
    "PostalCode",
    "Posting",
    "Town",
    "Verified",
    "Ward",
]
