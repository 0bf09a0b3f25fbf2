"""What becomes of a decision: reported by the office in charge, decided anew or withdrawn by the desk."""

import datetime as dt

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Office
from regional_issues.meetings.models import Decision
from regional_issues.meetings.services.agenda import check_office
from regional_issues.meetings.services.locking import locked_decision

REPORT, STEER = "ward_decision.report", "ward_decision.steer"


def report(pk: int, *, by: Actor, text: str) -> Decision:
    """完了を報告する."""
    with locked_decision(pk, by=by, right=REPORT) as decision:
        decision.report(by=by.seat, at=timezone.now(), text=text)
    return decision


def change(pk: int, *, by: Actor, reason: str, text: str, office: Office, due_on: dt.date) -> Decision:
    """決め直す: the former words stay, the new row says what it replaces."""
    with locked_decision(pk, by=by, right=STEER) as decision:
        check_office(decision.item, office)
        decision.change(by=by.seat, at=timezone.now(), text=reason)
        made: Decision = Decision.objects.create(
            item=decision.item, text=text, office=office, due_on=due_on, by=by.seat, replaces=decision
        )
    return made


def withdraw(pk: int, *, by: Actor, reason: str) -> Decision:
    """取りやめる."""
    with locked_decision(pk, by=by, right=STEER) as decision:
        decision.withdraw(by=by.seat, at=timezone.now(), text=reason)
    return decision
