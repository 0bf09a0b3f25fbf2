"""通告した人: one table, one page, a reason each time (児童虐待防止法7条, OU5)."""

from typing import Any

from django.urls import reverse

from chiba_ward.access.models import ReadLogEntry
from chiba_ward.casework.models import TimelineEntry
from chiba_ward.directory.enums import Role
from consultations.models import ConsultationEvent
from consultations.protection.models import Notifier
from tests.consultations.citizen_support import words
from tests.factories import make_posting
from tests.protection.support import (
    NOTIFIER,
    Ward,
    case_now,
    inside,
    protected,
)


def test_the_notifier_opens_on_one_page_for_a_reason_each_time(ward: Ward, sign_in: Any) -> None:
    case = protected(ward)
    team, url = sign_in(ward.team.person), reverse("protection:notifier", args=[case.receipt_no])
    door = words(team.get(url))
    assert "0439990001" not in door
    assert team.post(url, {"reason": "なんとなく"}).status_code == 422
    opened = words(team.post(url, {"reason": "折り返しの電話で、けがの時期を聞くため"}))
    for word in ("隣野 伝子", "0439990001", "見本町8-8-8", "tonari@example.test", "となりの棟の住人"):
        assert word in opened
    entry = ReadLogEntry.objects.filter(kind="notifier").latest("seq")
    assert "けがの時期" in entry.reason
    assert entry.matter_ids == [case.pk]
    assert "0439990001" not in words(team.get(url))
    for name in ("protection:case", "staff:case", "protection:index", "admin:index"):
        args = [case.receipt_no] if name.endswith("case") else []
        page = words(team.get(reverse(name, args=args)))
        for word in NOTIFIER:
            assert word not in page, (name, word)


def test_no_table_but_its_own_holds_the_notifier(ward: Ward) -> None:
    """Nothing is left in persons, card, timeline or history, whoever looks."""
    case = protected(ward)
    with inside():
        texts = [
            line.text + str(line.data) for line in TimelineEntry.objects.filter(matter=case.pk).order_by("id")
        ]
        now = case_now(case)
        card = now.matter.contact
        texts += [
            getattr(card, name)
            for name in ("name", "email", "phone", "address", "forbidden", "accommodation")
        ]
        texts += [now.relation, now.body, now.chief_concern, str(now.hits)]
        latest = ConsultationEvent.objects.filter(pgh_obj=case.pk).order_by("pgh_id").last()
        texts.append(latest.relation)
        assert not now.parties.exists()
        assert Notifier.objects.filter(pk=case.pk).exists()
    for word in NOTIFIER:
        assert all(word not in text for text in texts), word


def test_a_seat_beside_reads_the_case_and_not_the_notifier(ward: Ward, sign_in: Any) -> None:
    from chiba_ward.access.actor import SYSTEM
    from chiba_ward.compartments import seats
    from chiba_ward.compartments.models import Compartment

    case = protected(ward)
    nurse = make_posting(Role.SPECIALIST, office=ward.house.section)
    seats.admit(
        Compartment.objects.get(pk=case_now(case).compartment_id), nurse, by=SYSTEM, reason="要対協の構成員"
    )
    client = sign_in(nurse.person)
    assert client.get(reverse("protection:case", args=[case.receipt_no])).status_code == 200
    assert client.get(reverse("protection:notifier", args=[case.receipt_no])).status_code == 404
    act = reverse("protection:act", args=[case.receipt_no, "hand_over"])
    assert client.post(act, {"hand_over-handed_place": "児相"}).status_code == 404
