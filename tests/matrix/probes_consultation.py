"""Every door of consultations and drafts."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from consultations import household
from consultations.models import Consultation, Field
from tests.matrix.probes import NUMBER, Asked, Path, Probe, collection, nothing

CASE = ("status:login", "status:case")
START = ("consult:start",)
QUEUE = ("staff:queue",)  # with a message that names nothing but what was typed


def number(name: str, *more: str) -> Path:
    return lambda asked: reverse(name, args=[asked.row.receipt_no, *more])


def seen(asked: Asked) -> dict[str, Any]:
    """The form was made just now."""
    last = asked.row.matter.timeline.order_by("-id").values_list("pk", flat=True).first()
    return {"seen": last or 0, "sure": "1"}


def own_office(asked: Asked) -> int:
    return asked.actor.office_id or 0


def act(name: str, prepare: Callable[[Asked], object] | None = None, **fields: Any) -> Probe:
    """One act of the case screen; its fields carry the name of the act as a prefix."""

    def payload(asked: Asked) -> dict[str, Any]:
        values = {key: value(asked) if callable(value) else value for key, value in fields.items()}
        return {**seen(asked), **{f"{name}-{key}": value for key, value in values.items()}}

    return Probe(number("staff:act", name), payload, prepare)


def state(**fields: Any) -> Callable[[Asked], object]:
    """Put the row there at once; the workflow has tests of its own."""
    return lambda asked: Consultation.objects.filter(pk=asked.row.pk).update(**fields)


def in_work(asked: Asked) -> None:
    state(state="in_progress", closed_at=None, due_at=timezone.now(), outcome="")(asked)


def ended(asked: Asked) -> None:
    state(state="closed", closed_at=timezone.now(), outcome="advised")(asked)


def untaken(asked: Asked) -> None:
    in_work(asked)
    state(state="triaged", assignee=None)(asked)


def follow(name: str, prepare: Callable[[Asked], object] | None = None, **fields: Any) -> Probe:
    """A page of the person's own case, which the form names by its number."""
    return Probe(
        lambda asked: reverse(f"status:{name}"),
        lambda asked: {"number": asked.row.receipt_no, **fields},
        prepare,
        refused=CASE,
    )


def bulk(asked: Asked) -> dict[str, Any]:
    return {"case": f"{asked.row.pk}:{asked.row.assignee_id or 0}", "office": own_office(asked)}


def another_of_the_desk(asked: Asked) -> str:
    """Some other case that the actor may read, and that no danger keeps apart."""
    others = Consultation.objects.visible_to(asked.actor).exclude(pk=asked.row.pk).order_by("pk")
    found = next((case for case in others if not household.is_conflicted(case)), asked.row)
    return str(found.receipt_no)


def some_field(asked: Asked) -> list[int]:
    return list(Field.objects.filter(is_hardship=False).values_list("pk", flat=True)[:1])


CORRECTABLE = [
    f"typed by {who}" for who in ("reception", "section", "specialist", "abuse team", "area officer")
]
PROBES: dict[str, Probe] = {
    "consult:start": Probe(collection("/consult/"), nothing),
    "staff:entry_start": Probe(
        collection("/admin/consultations/entry/"),
        lambda asked: {"channel": "counter", "speaker": "self", "identity": "none", "language": "ja"},
    ),
    "staff:entry_correct": Probe(number("staff:entry_correct"), nothing, only=CORRECTABLE),
    "staff:queue": Probe(collection("/admin/consultations/")),
    "my_cases": Probe(collection("/my/")),
    "staff:case": Probe(number("staff:case")),
    "my_case": Probe(number("my_case"), says=NUMBER),
    "status:case": Probe(lambda asked: reverse("status:case"), refused=CASE, own_row_only=True, says=NUMBER),
    "status:message": follow("message", in_work, body="続きです"),
    "status:withdraw": follow("withdraw", in_work, sure="on"),
    "status:reopen": follow("reopen", ended, body="まだ困っています"),
    "status:solved": follow("solved", ended),
    "status:receipt": follow("receipt"),
    "staff:queue_csv": Probe(collection("/admin/consultations/list.csv")),
    "staff:queue_print": Probe(collection("/admin/consultations/print/")),
    "staff:case_print": Probe(number("staff:case_print")),
    "staff:act name=assign": act("assign", office=own_office),
    "staff:act name=urgency": act("urgency", level="U2"),
    "staff:bulk": Probe(lambda asked: reverse("staff:bulk"), bulk, refused=QUEUE),
    "staff:take_back": Probe(
        lambda asked: reverse("staff:take_back"),
        lambda asked: {"number": asked.row.receipt_no},
        refused=QUEUE,
    ),
    "staff:act name=take": act("take", untaken),
    "staff:act name=note": act("note", text="記録"),
    "staff:act name=fields": act("fields", fields_=some_field),
    "staff:act name=link": act("link", other=another_of_the_desk, kind="related"),
    "staff:act name=read": act("read"),
    "staff:act name=watch": act("watch", in_work, note="様子を見る"),
    "staff:act name=work_again": act("work_again", state(state="monitoring")),
    "staff:act name=close": act("close", in_work, outcome="advised"),
    "staff:act name=withdraw": act("withdraw", in_work, reason="本人の申し出"),
    "staff:act name=reopen": act("reopen", ended, reason="続きがあった"),
    "staff:reply": Probe(
        number("staff:reply"), lambda asked: {**seen(asked), "body": "お答えします。", "send": "1"}, in_work
    ),
    "staff:split": Probe(
        number("staff:split"),
        lambda asked: {**seen(asked), "chief_concern": "別の件", "body": "内容", "office": own_office(asked)},
        in_work,
    ),
    "staff:referral_new": Probe(
        number("staff:referral_new"),
        lambda asked: {
            "to_office": asked.world.keys["office of the partner"],
            "purpose": "お願い",
            "route": "",
        },
        in_work,
    ),
}


def draft(name: str, *more: str) -> Path:
    return lambda asked: reverse(name, args=[asked.row.pk, *more])


DRAFTS: dict[str, Probe] = {
    "consult:step": Probe(draft("consult:step", "story"), refused=START),
    "consult:check": Probe(draft("consult:check"), refused=START),
    "consult:saved": Probe(draft("consult:saved"), refused=START, shows=False),
    "staff:entry_step": Probe(draft("staff:entry_step", "story")),
    "staff:entry_check": Probe(draft("staff:entry_check")),
}
