"""構成員: who belongs to a kind of meeting, from when until when."""

import datetime as dt

from chiba_ward.access.actor import Actor
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.models import Office
from regional_issues.meetings.models import StandingMember
from regional_issues.meetings.services.locking import in_words


def add(by: Actor, *, kind: str, office: Office, on: dt.date) -> StandingMember:
    ward = by.seat.post.office.ward
    if ward is None:
        raise Refused("区の課だけが、構成員を決められます。")
    with in_words():
        made: StandingMember = StandingMember.objects.create(ward=ward, kind=kind, office=office, valid_from=on)
    return made
