"""The screens of clerk, section, head and 総務課, and what everybody else does not find (C5, OU5, AC8)."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chiba_ward.casework import steps
from chiba_ward.directory.enums import Role
from chiba_ward.outbox import services as outbox
from consultations.enums import Flag
from consultations.models import Consultation
from consultations.protection.models import AbuseNotification, Alarm, Notifier, SafetyCheck
from consultations.protection.services import confirming, noting
from consultations.protection.views.confirm import in_sentences
from tests.consultations.citizen_support import words
from tests.consultations.staff_support import seen
from tests.factories import make_posting
from tests.protection.support import (
    NOTIFIER,
    S2,
    S6,
    Ward,
    by,
    case_now,
    inside,
    local,
    notice_of,
    protected,
    yes,
)


def everywhere(client: Client, *queries: str) -> str:
    """Every page, print and file of an ordinary clerk on which a case could stand."""
    asked = [
        ("staff:queue", {"show": "all"}),
        ("staff:queue_print", {}),
        ("staff:queue_csv", {"show": "all"}),
    ]
    asked += [("staff:queue", {"q": query, "show": "all"}) for query in queries]
    asked += [
        ("admin:index", {}),
        ("protection:waiting", {}),
        ("staff:referrals_placed", {}),
        ("staff:entry_start", {}),
    ]
    text = ""
    for name, query in asked:
        response = client.get(reverse(name), query)
        assert response.status_code == 200, name
        text += (b"".join(response) if response.streaming else response.content).decode()
    return text


def test_until_somebody_confirms_lists_say_the_number_alone(ward: Ward, sign_in: Any) -> None:
    """C5: no word of what was told; the phrase for whoever may confirm, nothing for others."""
    case = ward.case(S2)
    text = everywhere(sign_in(ward.clerk.person), "ベランダに出されていました")
    assert case.receipt_no in text
    assert "確認待ち「" in text
    assert S2["concern"] not in text
    officer = make_posting(Role.AREA_OFFICER, office=ward.house.desk)
    page = words(sign_in(officer.person).get(reverse("staff:queue")))
    assert case.receipt_no in page
    assert "確認待ち" in page
    assert "ベランダに出され" not in page
    assert S2["concern"] not in page


def test_the_phrase_stands_in_its_sentence(ward: Ward, sign_in: Any) -> None:
    case = ward.case(S2)
    page = words(sign_in(ward.clerk.person).get(reverse("protection:confirm", args=[case.receipt_no])))
    assert "昨日は子どもがベランダに出されていました" in page
    assert list(in_sentences(["ベランダに出され"], [S2["body"]])) == [
        ("昨日は子どもが", "ベランダに出され", "ていました。")
    ]


def test_the_clerk_confirms_is_blind_and_records_the_call(ward: Ward, sign_in: Any) -> None:
    case = ward.case(S2)
    client, colleague = sign_in(ward.clerk.person), sign_in(ward.house.colleague.person)
    confirm_page = reverse("protection:confirm", args=[case.receipt_no])
    left = reverse("protection:left", args=[case.receipt_no])
    response = client.post(confirm_page, yes(case))
    assert response["Location"] == left
    page = words(client.get(left))
    assert case.receipt_no in page
    assert "こども家庭課" in page
    for word in (*NOTIFIER, S2["concern"], "ベランダに出され"):
        assert word not in page
    assert client.get(confirm_page).status_code == 404
    assert client.get(reverse("staff:case", args=[case.receipt_no])).status_code == 404
    assert colleague.get(left).status_code == 404
    wrong = client.post(left, {"handed_place": "西部児童相談所", "handed_name": "", "handed_at": local()})
    assert wrong.status_code == 422
    assert 'value="西部児童相談所"' in wrong.content.decode()
    assert (
        client.post(
            left, {"handed_place": "西部児童相談所", "handed_name": "受け手", "handed_at": local()}
        ).status_code
        == 302
    )
    assert "電話の引継ぎは記録してあります" in words(client.get(left))
    notice = notice_of(case)
    assert (notice.state, notice.handed_place, notice.handed_by) == (
        "handed_off",
        "西部児童相談所",
        ward.clerk,
    )
    assert (
        client.post(left, {"handed_place": "別", "handed_name": "別", "handed_at": local()}).status_code
        == 422
    )
    session = client.session
    kept = session["protection_left"][case.receipt_no]
    session["protection_left"] = {case.receipt_no: {**kept, "since": kept["since"] - 3601}}
    session.save()
    assert client.get(left).status_code == 404


def test_no_is_an_answer_with_a_reason(ward: Ward, sign_in: Any) -> None:
    case = ward.case(S2)
    client, url = sign_in(ward.clerk.person), reverse("protection:confirm", args=[case.receipt_no])
    empty = client.post(url, {"seen": seen(case), "dismiss": "1", "no-reason": ""})
    assert empty.status_code == 422
    assert "当たらないと考えた理由を入力してください" in words(empty)
    missing = client.post(url, {"seen": seen(case), "protect": "1"})
    assert "どの種類の保護が必要かを選んでください" in words(missing)
    assert (
        client.post(url, {"seen": seen(case), "dismiss": "1", "no-reason": "テレビの音だった"}).status_code
        == 302
    )
    assert S2["concern"] in words(client.get(reverse("staff:queue")))


def test_nobody_else_finds_it_and_no_count_tells(ward: Ward, sign_in: Any) -> None:
    ward.case({"concern": "ふつうの相談", "body": ""})
    client = sign_in(ward.house.colleague.person)
    before = re.findall(r"(\d+)件", words(client.get(reverse("staff:queue"))))
    case = protected(ward)
    text = everywhere(client, "ベランダ", "隣野", "0439990001")
    assert case.receipt_no not in text
    for word in (*NOTIFIER, S2["concern"]):
        if word != "隣野":
            assert word not in text.replace("0439990001", "")
    assert re.findall(r"(\d+)件", words(client.get(reverse("staff:queue")))) == before
    for name in ("protection:case", "protection:notifier", "protection:confirm", "staff:case", "staff:reply"):
        assert client.get(reverse(name, args=[case.receipt_no])).status_code == 404, name


def test_the_section_carries_it_to_the_end(ward: Ward, sign_in: Any) -> None:
    """S2 from filing to its right end: handed off, received, seen, sealed by the head."""
    case = protected(ward)
    team, head = sign_in(ward.team.person), sign_in(ward.head.person)
    number = case.receipt_no

    def do(client: Client, name: str, **data: Any) -> Any:
        return client.post(
            reverse("protection:act", args=[number, name]),
            {f"{name}-{key}": value for key, value in data.items()},
        )

    assert number in words(team.get(reverse("admin:index")))
    assert "安全確認まであと" in words(team.get(reverse("admin:index")))
    assert number in words(team.get(reverse("protection:index")))
    assert number not in words(team.get(reverse("protection:index"), {"show": "sealed"}))
    page = words(team.get(reverse("protection:case", args=[number])))
    assert S2["body"] in page
    for word in NOTIFIER:
        assert word not in page
    refused = do(team, "hand_over", handed_place="児童相談所", handed_name="", handed_at=local())
    assert refused.status_code == 422
    assert 'value="児童相談所"' in refused.content.decode()
    late = local(timezone.now() + dt.timedelta(hours=1))
    assert "これからの時刻は入力できません" in words(
        do(team, "hand_over", handed_place="児相", handed_name="受け手", handed_at=late)
    )
    assert (
        do(team, "hand_over", handed_place="児相", handed_name="受け手", handed_at=local()).status_code == 302
    )
    assert (
        do(
            team, "receipt", receipt_name="係長", receipt_at=local(timezone.now() + dt.timedelta(minutes=-2))
        ).status_code
        == 422
    )
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2), tick=True):
        assert do(team, "receipt", receipt_name="係長", receipt_at=local()).status_code == 302
        assert do(team, "seal", lead="児相", sure="on").status_code == 404  # the head's act
        early = do(head, "seal", lead="児相", sure="on")
        assert "安全確認が済んでいません" in words(early)
        look = {
            "seen_at": local(),
            "seen_by": "児相 見本",
            "seen_whom": "小さい子と母",
            "place": "自宅の玄関",
        }
        assert do(team, "check", result="not_met", **look).status_code == 302
        with inside():
            assert case_now(case).matter.deadlines.running().filter(kind="protection.safety_check").exists()
        assert do(team, "check", result="seen", **look).status_code == 302
        with inside():
            assert (
                not case_now(case).matter.deadlines.running().filter(kind="protection.safety_check").exists()
            )
        assert do(head, "seal", lead="西部児童相談所", sure="on").status_code == 302
    notice, now = notice_of(case), case_now(case)
    assert (notice.state, notice.lead, now.state) == ("sealed", "西部児童相談所", "closed")
    assert notice.retained_until is not None
    assert notice.retained_until.month == 3
    assert do(team, "check", result="seen", **look).status_code == 422
    end = words(head.get(reverse("protection:case", args=[number])))
    assert "西部児童相談所" in end
    assert "安全確認を記録する" not in end
    with inside():
        assert SafetyCheck.objects.filter(notification=case.pk).count() == 2
        from django.db import DatabaseError, transaction

        with pytest.raises(DatabaseError), transaction.atomic():
            AbuseNotification.objects.filter(pk=case.pk).update(lead="")
    outbox.run_pending_now()
    assert {address for message in mail.outbox for address in message.to} <= {
        ward.team.person.email,
        ward.head.person.email,
    }


def test_forty_eight_hours_reach_the_head_and_then_somu_with_the_number_alone(
    ward: Ward, sign_in: Any
) -> None:
    case = protected(ward, S6, [Flag.DV, Flag.ABUSE_CHILD])
    start = timezone.now()
    outbox.run_pending_now()
    mail.outbox.clear()
    with time_machine.travel(start + dt.timedelta(hours=37), tick=True):
        steps.fire_due_steps()
        outbox.run_pending_now()
    assert any(
        "期限が近い" in message.subject and message.to == [ward.head.person.email] for message in mail.outbox
    )
    assert not Alarm.objects.exists()
    with time_machine.travel(start + dt.timedelta(hours=49), tick=True):
        steps.fire_due_steps()
        steps.fire_due_steps()
        outbox.run_pending_now()
        alarm = Alarm.objects.get()
        assert (alarm.receipt_no, alarm.office) == (case.receipt_no, ward.house.desk)
        assert any(
            "期限を過ぎた" in message.subject and message.to == [ward.head.person.email]
            for message in mail.outbox
        )
        allowed = {ward.team.person.email, ward.head.person.email}
        assert {address for message in mail.outbox for address in message.to} <= allowed
        somu = sign_in(ward.clerk.person)
        today = words(somu.get(reverse("admin:index")))
        assert case.receipt_no in today
        page = words(somu.get(reverse("protection:alarms")))
        assert case.receipt_no in page
        for word in ("首を絞め", "家族のことで", "見本 みどり", "虐待"):
            assert word not in page
        assert somu.get(reverse("protection:case", args=[case.receipt_no])).status_code == 404
        assert somu.post(reverse("protection:called", args=[alarm.pk])).status_code == 302
        assert (
            sign_in(ward.house.worker.person).post(reverse("protection:called", args=[alarm.pk])).status_code
            == 404
        )
        alarm.refresh_from_db()
        assert alarm.called_by == ward.clerk


def test_a_call_is_entered_by_whoever_takes_it(ward: Ward, sign_in: Any) -> None:
    """Anonymous or not; handed over in the same press where the call was made already."""
    reception, url = sign_in(ward.house.reception.person), reverse("protection:enter")
    wrong = reception.post(url, {"body": "腕にあざ", "ward": "midori", "phone": "12"})
    assert wrong.status_code == 422
    assert "腕にあざ" in wrong.content.decode()
    response = reception.post(
        url,
        {"kinds": ["abuse_child"], "ward": "midori", "body": "腕にあざがあると聞いた", "place": "緑区見本町1-1",
         "name": "通告 する子", "phone": "043-999-0007", "handed_place": "児相", "handed_name": "受け手", "handed_at": local()},
    )  # fmt: skip
    number = response["Location"].rstrip("/").rsplit("/", 1)[1]
    page = words(reception.get(response["Location"]))
    assert number in page
    assert "あざ" not in page
    assert reception.get(reverse("staff:case", args=[number])).status_code == 404
    with inside():
        case = Consultation.objects.get(matter__receipt_no=number)
        assert (case.channel, case.notification.state) == ("telephone", "handed_off")
        assert case.notification.notifier.name == "通告 する子"
        assert case.parties.get().address == "緑区見本町1-1"
    anonymous = reception.post(url, {"kinds": ["abuse_child"], "ward": "midori", "body": "泣き声"})
    assert anonymous.status_code == 302
    assert Notifier.objects.count() == 0
    outbox.run_pending_now()
    assert {address for message in mail.outbox for address in message.to} == {
        ward.team.person.email,
        ward.head.person.email,
    }


def test_whoever_holds_the_key_learns_that_it_was_received(ward: Ward) -> None:
    filed = ward.filed(S2)
    number = filed.consultation.receipt_no
    confirming.confirm(filed.consultation.pk, by=by(ward.clerk), kinds=[Flag.ABUSE_CHILD])
    client = Client()
    client.post(reverse("status:login"), {"number": number, "phrase": filed.passphrase})
    page = words(client.get(reverse("status:case")))
    assert number in page
    assert "受け付けています" in page
    for word in (S2["concern"], "こども家庭課", "総務課", "ベランダ", "取り下げ", "お返事の約束"):
        assert word not in page
    assert client.get(reverse("status:readers")).status_code == 302
    client.post(reverse("status:withdraw"), {"number": number, "sure": "on"})
    assert case_now(filed.consultation).state == "triaged"
    sent = client.post(reverse("status:message"), {"number": number, "body": "きょうも聞こえます"})
    assert sent.status_code == 302
    assert "きょうも聞こえます" not in words(client.get(reverse("status:case")))
    with inside():
        assert case_now(filed.consultation).messages.get().body == "きょうも聞こえます"


def test_who_writes_on_after_the_end_is_heard(ward: Ward, sign_in: Any) -> None:
    """Nobody outside learns that it ended; the section is told that there is something to read."""
    from chiba_ward.access.actor import Actor
    from chiba_ward.compartments import services as compartments
    from consultations.services import conversation
    from consultations.workflow.errors import Refused

    case, now = protected(ward), timezone.now()
    team, head = by(ward.team), by(ward.head)
    noting.hand_off(case.pk, by=team, place="児相", name="受け手", at=now)
    noting.confirm_receipt(case.pk, by=team, name="係長", at=timezone.now())
    look = {"seen_at": timezone.now(), "seen_by": "児相", "seen_whom": "本人", "place": "自宅"}
    noting.record_check(case.pk, by=team, result="seen", **look)
    noting.seal(case.pk, by=head, lead="児相")
    with compartments.opened_by_key(case.pk):
        conversation.message_from_citizen(case.pk, by=Actor(matter_id=case.pk), body="また始まりました")
    client = sign_in(ward.team.person)
    assert "新しい連絡を読みます" in words(client.get(reverse("admin:index")))
    assert "また始まりました" in words(client.get(reverse("protection:case", args=[case.receipt_no])))
    with pytest.raises(Refused, match="終結している"):
        noting.record_check(case.pk, by=team, result="seen", **look)


def test_the_page_says_what_is_next_and_leads_there(ward: Ward, sign_in: Any) -> None:
    """After the safety check it is the head's turn; nobody is asked for the same check again."""
    case = protected(ward)
    team, head = sign_in(ward.team.person), sign_in(ward.head.person)
    page = reverse("protection:case", args=[case.receipt_no])

    def acts_linked(client: Client) -> list[str]:
        return re.findall(r'href="#do-(\w+)"', client.get(page).content.decode())

    assert acts_linked(team) == ["hand_over"]
    now = timezone.now()
    noting.hand_off(case.pk, by=by(ward.team), place="東部児童相談所", name="見本 うけて", at=now)
    assert acts_linked(team) == ["receipt"]
    noting.confirm_receipt(case.pk, by=by(ward.team), name="見本 うけて", at=now)
    assert acts_linked(team) == ["check"]
    noting.record_check(
        case.pk, by=by(ward.team), result="seen", seen_at=now, seen_by="見本", seen_whom="子", place="玄関"
    )
    assert acts_linked(team) == []
    assert acts_linked(head) == ["seal"]
    assert "所属長が、主に支援する機関を決めて終結します" in words(team.get(page))


def test_the_case_screen_leads_to_what_it_asks_for(ward: Ward, sign_in: Any) -> None:
    case = ward.case(S2)
    html = sign_in(ward.clerk.person).get(reverse("staff:case", args=[case.receipt_no])).content.decode()
    step = html[html.index('id="next"') : html.index('id="due"')]
    confirm = reverse("protection:confirm", args=[case.receipt_no])
    assert step.index(f'class="cw-btn cw-btn--wide" href="{confirm}"') < step.index("自分が担当する")
