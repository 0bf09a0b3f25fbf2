"""What others may ask of this package, and what its own screens choose from."""

from django.db.models import QuerySet

from chiba_ward.directory.enums import AreaKind, OfficeKind
from chiba_ward.directory.models import Area, Office, Ward
from regional_issues.models import LocalIssue


def owners_for(ward: Ward) -> "QuerySet[Office]":
    """The sections of a ward that may look after an issue."""
    return Office.objects.existing_on().filter(ward=ward, kind=OfficeKind.SECTION).order_by("code")


def districts_of(ward: Ward) -> "QuerySet[Area]":
    return Area.objects.valid_on().filter(ward=ward, kind=AreaKind.DISTRICT).order_by("name", "pk")


def open_issues(ward: Ward) -> "QuerySet[LocalIssue]":
    """What an opinion may be joined to."""
    return LocalIssue.objects.still_open().filter(ward=ward).order_by("-registered_at", "-pk")
