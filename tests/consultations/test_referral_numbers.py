"""The indicators count what happened, the list exports what cannot run (OU1)."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from consultations import indicators_referral as indicators
from consultations.enums import ReferralState
from consultations.exports import safe_cell
from consultations.models import Referral
from consultations.services import referrals
from consultations.work_referral import work
from tests.consultations import referral_support as support

pytestmark = pytest.mark.django_db
MAY = (dt.date(2026, 5, 1), dt.date(2026, 5, 31))
JUNE = (dt.date(2026, 6, 1), dt.date(2026, 6, 30))


def counted(actor: object) -> dict[str, int]:
    return {group.key: group.count for group in work(actor)}  # type: ignore[arg-type]  # an Actor


def test_completion_is_contact_made_of_what_was_sent_that_month() -> None:
    with time_machine.travel(support.MONDAY, tick=False) as clock:
        world = support.make_world()
        reached = support.accepted(world)
        support.sent(world, world.on_paper)
        declined = support.sent(world, world.by_link)
        referrals.decline(
            declined.pk, by=world.sender, reason="圏域の外", better_place="分からない", channel="telephone"
        )
        recalled = support.sent(world, world.on_paper)
        referrals.recall(recalled.pk, by=world.sender)
        support.held(world, world.on_paper)
        assert indicators.completion(*MAY) == indicators.Share(0, 3)
        clock.move_to(dt.datetime(2026, 6, 2, 10, tzinfo=support.TOKYO))
        referrals.contact_made(reached.pk, by=world.partner)

        assert indicators.completion(*MAY) == indicators.Share(1, 3)
        assert indicators.completion(*MAY, ward=world.ward).rate == pytest.approx(1 / 3)
        assert indicators.completion(*JUNE).rate is None
        assert indicators.declined(*MAY) == indicators.Share(1, 3)
        assert indicators.passed_on(*MAY) == indicators.Share(1, 1)
        assert indicators.decline_reasons(*MAY) == [("圏域の外", 1)]
        assert indicators.completion(*MAY, ward=support.make_ward("mihama", "美浜区")) == indicators.Share(
            0, 0
        )


def test_the_last_minute_of_the_month_in_tokyo_belongs_to_it() -> None:
    with time_machine.travel(dt.datetime(2026, 5, 31, 23, 59, 59, tzinfo=support.TOKYO), tick=False) as clock:
        world = support.make_world()
        support.sent(world)
        clock.move_to(dt.datetime(2026, 6, 1, 0, 0, tzinfo=support.TOKYO))
        support.sent(world, world.on_paper)
        assert (indicators.completion(*MAY).whole, indicators.completion(*JUNE).whole) == (1, 1)


def test_drills_do_not_count() -> None:
    world = support.make_world()
    world.case.matter.is_drill = True
    world.case.matter.save()
    support.sent(world)
    today = timezone.localdate()
    assert indicators.completion(today, today).whole == 0
    assert indicators.waiting_minutes() == []


def test_waiting_is_counted_in_the_receivers_opening_minutes() -> None:
    with time_machine.travel(support.MONDAY, tick=False) as clock:
        world = support.make_world()
        support.sent(world)
        clock.move_to(dt.datetime(2026, 5, 12, 9, 0, tzinfo=support.TOKYO))
        # Monday 10:00-17:15 and Tuesday 8:30-9:00.
        assert indicators.waiting_minutes() == [435 + 30]


def test_my_work_of_both_sides() -> None:
    world = support.make_world()
    referral = support.sent(world)
    assert counted(world.partner)["referral.to_answer"] == 1
    assert counted(world.sender)["referral.unanswered"] == 1
    referrals.ask_back(referral.pk, by=world.partner, question="？", asked_by="受手")
    assert counted(world.sender)["referral.questions"] == 1
    assert counted(world.sender)["referral.unanswered"] == 0
    referrals.answer_question(referral.pk, by=world.sender, answer="はい")
    referrals.decline(referral.pk, by=world.partner, reason="満員", better_place="分からない")
    assert counted(world.partner)["referral.to_answer"] == 0
    assert counted(world.sender)["referral.to_redirect"] == 1
    referrals.keep_here(referral.pk, by=world.sender)
    assert counted(world.sender)["referral.to_redirect"] == 0


def test_an_item_of_my_work_leads_to_its_page(sign_in: object) -> None:
    world = support.make_world()
    support.sent(world)
    for actor in (world.sender, world.partner):
        client = sign_in(actor.user)  # type: ignore[operator]  # the fixture is a function
        urls = [item.url for group in work(actor) for item in group.items] + [
            group.url for group in work(actor)
        ]
        assert urls
        assert [client.get(url).status_code for url in urls] == [200] * len(urls)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x", "%1", " =1", "　＝1"],
)
def test_formulas_are_only_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_ordinary_cells_stay_as_they_are() -> None:
    assert [safe_cell(value) for value in ("圏域の外", 3, None, "043-000-0000", "")] == [
        "圏域の外", "3", "", "043-000-0000", "",
    ]  # fmt: skip


def test_the_list_as_csv(sign_in: object) -> None:
    world = support.make_world()
    referral = support.sent(world)
    referrals.decline(referral.pk, by=world.partner, reason="=HYPERLINK(1)", better_place="＋別の所")
    client = sign_in(world.clerk.person)  # type: ignore[operator]  # the fixture is a function
    response = client.get(reverse("staff:referrals_placed_csv"), {"tab": "came_back"})
    assert response.content.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    line = dict(zip(head, row, strict=True))
    assert line["受付番号"] == world.case.receipt_no
    assert line["受理できない理由"] == "'=HYPERLINK(1)"
    assert line["ほかに合う先"] == "'＋別の所"
    assert not any("黄雀" in cell or "金糸雀" in cell for cell in row)
    assert (
        len(
            list(
                csv.reader(
                    io.StringIO(
                        client.get(reverse("staff:referrals_placed_csv"), {"tab": "waiting"}).content.decode(
                            "utf-8-sig"
                        )
                    )
                )
            )
        )
        == 1
    )


def test_the_list_of_another_section_is_empty(sign_in: object) -> None:
    from chiba_ward.directory.enums import Role
    from tests.factories import make_office, make_posting

    world = support.make_world()
    support.sent(world)
    other = make_posting(Role.SECTION, office=make_office("別の課", ward=world.ward))
    page = sign_in(other.person).get(reverse("staff:referrals_placed"), {"tab": "all"})  # type: ignore[operator]
    assert page.context["rows"] == []
    assert Referral.objects.filter(state=ReferralState.SENT).count() == 1
