"""A circular from the first word to its end: written, put up, corrected, recalled."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.refusals import Refused
from community.circulars import selectors
from community.circulars.enums import OF_ORG, CircularState, Reach
from community.circulars.models import CircularVersion, ECircular
from community.circulars.models.master import LONGEST_DAYS
from community.circulars.services.locking import in_words, locked_circular
from community.models import CommunityOrg

WORDS = ("title", "body", "reach", "until", "is_public")
PLACES = {Reach.AREAS: "areas", Reach.ORGS: "orgs", Reach.GROUPS: "groups"}
INTO_RECIPIENTS = """
INSERT INTO circulars_circularrecipient (circular_id, org_id, group_id, households, paper)
SELECT %s, there.org_id, there.id, there.households, there.paper FROM ({groups}) AS there
"""


def write(by: Actor, **words: Any) -> ECircular:
    """A draft of the actor's own section or association. Raises `Refused`, and LookupError without a posting."""
    with in_words(), transaction.atomic():
        made = ECircular(made_by=by.seat, **_sender(by))
        _put(made, words)
        _check(made, words)
        made.save()
        _place(made, words)
    return made


def rewrite(pk: int, *, by: Actor, **words: Any) -> ECircular:
    """Change a draft; what is put up is corrected instead."""
    with locked_circular(pk, by=by, right="e_circular.write") as circular:
        _require_draft(circular)
        _put(circular, words)
        _check(circular, words)
        _place(circular, words)
    return circular


def discard(pk: int, *, by: Actor) -> None:
    """A draft that nobody else has seen goes without a trace."""
    with in_words(), transaction.atomic():
        with locked_circular(pk, by=by, right="e_circular.write") as circular:
            _require_draft(circular)
        circular.delete()


def post(pk: int, *, by: Actor, groups: int, households: int) -> ECircular:
    """掲載する: one row for each 班, in one statement, as many as the person has just confirmed."""
    with locked_circular(pk, by=by, right="e_circular.write") as circular:
        _check_day(circular.until)
        reach = selectors.reach(circular)
        if not reach.groups:
            raise Refused("届く班がありません。送り先を選び直すか、班と世帯を登録してください。")
        if (reach.groups, reach.households) != (groups, households):
            raise Refused(f"送り先の数が変わりました。いまは{reach}です。確かめて、もう一度押してください。")
        circular.post(by=by.seat, at=timezone.now())
        _keep_version(circular, by, "")
        _reach_groups(circular)
    return circular


def _reach_groups(circular: ECircular) -> None:
    sql, params = selectors.groups_reached(circular).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(INTO_RECIPIENTS.format(groups=sql), [circular.pk, *params])


def correct(pk: int, *, by: Actor, title: str, body: str, notice: str) -> ECircular:
    """訂正する: the page says what was wrong, and whoever had read is told so there."""
    with locked_circular(pk, by=by, right="e_circular.write") as circular:
        if (title, body) == (circular.title, circular.body):
            raise Refused("件名も本文も、前と同じです。直してから押してください。", "body")
        circular.correct(title=title, body=body)
        _keep_version(circular, by, notice)
    return circular


def recall(pk: int, *, by: Actor, reason: str) -> ECircular:
    """取り下げる: the text goes, the address stays with the reason and the day."""
    with locked_circular(pk, by=by, right="e_circular.write") as circular:
        circular.recall(by=by.seat, at=timezone.now(), reason=reason)
    return circular


def end(pk: int, *, by: Actor) -> ECircular:
    """掲載を終える before its day."""
    with locked_circular(pk, by=by, right="e_circular.write") as circular:
        circular.end(at=timezone.now())
    return circular


def end_due() -> int:
    """Every night: whatever has passed its last day; the number that ended. A second run finds nothing."""
    ended = 0
    for pk in ECircular.objects.due_to_end().order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            found = ECircular.objects.select_for_update(skip_locked=True).due_to_end().filter(pk=pk).first()
            if found is not None:
                found.end(at=timezone.now())
                found.save()
                ended += 1
    return ended


def _sender(by: Actor) -> dict[str, Any]:
    if not by.is_partner:
        return {"office": by.seat.post.office}
    org = CommunityOrg.objects.active().filter(office=by.office_id).first()
    if org is None:
        raise Refused("終わった団体からは、回覧を出せません。")
    return {"org": org}


def _put(circular: ECircular, words: dict[str, Any]) -> None:
    for key in WORDS:
        setattr(circular, key, words[key])


def _check(circular: ECircular, words: dict[str, Any]) -> None:
    _check_day(circular.until)
    if circular.reach not in (OF_ORG if circular.org_id else selectors.reaches_of(circular)):
        raise Refused("送り先を選んでください。", "reach")
    field = PLACES.get(Reach(circular.reach))
    if field is None:
        return
    chosen = list(words.get(field, ()))
    if not chosen:
        raise Refused("送り先を、一つ以上選んでください。", field)
    if {one.pk for one in chosen} - _offered(circular, field):
        raise Refused("選べない送り先が入っています。選び直してください。", field)


def _offered(circular: ECircular, field: str) -> set[int]:
    found: Iterable[int] = getattr(selectors, f"{field}_for")(circular).values_list("pk", flat=True)
    return set(found)


def _place(circular: ECircular, words: dict[str, Any]) -> None:
    """Only what the chosen reach names; the rest would be read as if it counted."""
    wanted = PLACES.get(Reach(circular.reach))
    for field in PLACES.values():
        getattr(circular, field).set(words[field] if field == wanted else [])


def _check_day(until: dt.date) -> None:
    today = timezone.localdate()
    if until < today:
        raise Refused("掲載する最後の日は、今日からの日にしてください。", "until")
    if until > today + dt.timedelta(days=LONGEST_DAYS):
        raise Refused("掲載は、一年までです。", "until")


def _require_draft(circular: ECircular) -> None:
    if circular.state != CircularState.DRAFT:
        raise Refused("すでに掲載されています。直すときは「訂正する」を使ってください。")


def _keep_version(circular: ECircular, by: Actor, notice: str) -> None:
    CircularVersion.objects.create(
        circular=circular,
        number=circular.version,
        title=circular.title,
        body=circular.body,
        notice=notice,
        by=by.seat,
    )
