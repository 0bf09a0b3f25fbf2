"""つなぎ where it touches the rest of the house: files, the resident's own page, clocks of the case, long lists."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from chiba_ward.access import case_keys
from chiba_ward.access.actor import CASE_KEY, REFERRAL_KEY, SYSTEM, Actor
from chiba_ward.casework import attachments
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import Attachment, Deadline
from chiba_ward.correspondence.models import Notice
from chiba_ward.directory.enums import OfficeKind, Role
from consultations.enums import ReferralState
from consultations.models import Referral
from consultations.services import closing, referrals, triage
from consultations.services.referrals import timers
from tests.consultations import referral_support as support
from tests.factories import make_office, make_posting

pytestmark = pytest.mark.django_db
S = ReferralState
MOST = 10


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> support.World:
    settings.MEDIA_ROOT = settings.PORTAL_MEDIA_ROOT = tmp_path
    return support.make_world()


def holder(name: str, pk: int) -> Client:
    """A browser with the key of one case, or of one link."""
    client = Client()
    client.get("/livez")
    session = client.session
    case_keys.grant(session, name, pk)
    session.save()
    client.cookies["sessionid" if "sessionid" in client.cookies else session_cookie()] = (
        session.session_key or ""
    )
    return client


def session_cookie() -> str:
    from django.conf import settings

    return str(settings.SESSION_COOKIE_NAME)


# -- files


def attach(world: support.World, name: str, audience: str = Audience.CITIZEN) -> Attachment:
    data = io.BytesIO()
    Image.new("RGB", (20, 20 + len(Attachment.objects.all())), "white").save(data, "PNG")
    upload = SimpleUploadedFile(name, data.getvalue(), "image/png")
    return attachments.attach(world.case.matter, upload, Actor(), audience=audience)


def with_file(world: support.World, office: Any, handed: Attachment) -> Referral:
    draft = support.drafted(world, office)
    consent = support.give_consent(world, office, items=["concern", "files"])
    referrals.set_ground(draft.pk, by=world.sender, consent=consent)
    referrals.choose_items(draft.pk, by=world.sender, texts={f"files-{handed.pk}": handed.display_name})
    referrals.send(draft.pk, by=world.sender, seen=referrals.preview_digest(support.fresh(draft)))
    return referrals.release(draft.pk)


def status(client: Client, attachment: Attachment) -> int:
    response = client.get(reverse("casework:attachment", args=[attachment.pk]))
    if response.streaming:
        assert b"".join(response.streaming_content)  # closes the file
    return response.status_code


def test_a_partner_opens_the_handed_over_file_and_no_other(world: support.World, sign_in: Any) -> None:
    handed, kept, inside = (
        attach(world, "a.png"),
        attach(world, "b.png"),
        attach(world, "c.png", Audience.HOUSE),
    )
    referral = with_file(world, world.agency, handed)
    worker = sign_in(world.worker.person)
    assert status(worker, handed) == 404  # not opened yet: the sender would not know that it was read
    worker.post(reverse("partner:open", args=[referral.pk]))
    assert [status(worker, one) for one in (handed, kept, inside)] == [200, 404, 404]
    other = make_posting(Role.PARTNER, office=make_office("別の機関", kind=OfficeKind.AGENCY))
    assert status(sign_in(other.person), handed) == 404
    assert [status(sign_in(world.clerk.person), one) for one in (handed, kept, inside)] == [200] * 3
    referrals.withdraw_consent(referral.consent_id, by=world.sender)
    assert status(worker, handed) == 404


def test_the_holder_of_a_link_opens_the_same_and_loses_it(world: support.World) -> None:
    handed, kept = attach(world, "a.png"), attach(world, "b.png")
    referral = with_file(world, world.by_link, handed)
    client = holder(REFERRAL_KEY, referral.pk)
    assert status(client, handed) == 404
    referrals.acknowledge(referral.pk, by=Actor(referral_id=referral.pk))
    assert [status(client, one) for one in (handed, kept)] == [200, 404]
    assert status(Client(), handed) == 404
    referrals.recall(referral.pk, by=world.sender)
    assert status(client, handed) == 404


def test_the_resident_opens_their_own_files_only(world: support.World) -> None:
    mine, inside = attach(world, "a.png"), attach(world, "c.png", Audience.HOUSE)
    client = holder(CASE_KEY, world.case.pk)
    assert [status(client, one) for one in (mine, inside)] == [200, 404]
    assert status(holder(CASE_KEY, support.make_case(world.ward).pk), mine) == 404


# -- who it was


def test_a_link_holder_is_named_and_stands_on_the_partners_face(world: support.World) -> None:
    by_link, resident = Actor(referral_id=1), Actor(matter_id=1)
    assert (by_link.label, by_link.face) == ("つなぎ先", "partner")
    assert (resident.label, resident.face) == ("相談者", "citizen")
    assert (SYSTEM.label, world.partner.face) == ("システム", "partner")


def test_one_browser_holds_one_key_at_a_time(world: support.World) -> None:
    client = holder(CASE_KEY, world.case.pk)
    session = client.session
    case_keys.grant(session, REFERRAL_KEY, 7)
    assert (case_keys.fresh(session, CASE_KEY), case_keys.fresh(session, REFERRAL_KEY)) == (None, 7)


def test_the_pdf_page_of_a_link_holder_has_the_partners_frame(world: support.World) -> None:
    referral = support.sent(world, world.by_link)
    referrals.acknowledge(referral.pk, by=Actor(referral_id=referral.pk))
    client = holder(REFERRAL_KEY, referral.pk)
    page = client.post(reverse("partner:sheet", args=[referral.pk]), follow=True)
    assert page.status_code == 200
    assert "cw-partner" in page.content.decode()


def test_an_association_lands_on_its_own_page(world: support.World, sign_in: Any) -> None:
    posting = make_posting(Role.ASSOCIATION, office=make_office("見本町内会", kind=OfficeKind.ASSOCIATION))
    page = sign_in(posting.person).get(reverse("home_after_login"), follow=True)
    assert page.status_code == 200
    assert page.redirect_chain[-1][0] == reverse("community_partner:index")
    assert "団体がまだ登録されていません" in page.content.decode()


# -- the resident takes a consent back


def test_the_resident_reads_and_withdraws_the_consent(world: support.World, sign_in: Any) -> None:
    referral = support.accepted(world)
    worker, client = sign_in(world.worker.person), holder(CASE_KEY, world.case.pk)
    detail = reverse("partner:referral", args=[referral.pk])
    assert worker.get(detail).status_code == 200
    page = client.get(reverse("status:case")).content.decode()
    address = reverse("status:consent_withdraw", args=[referral.consent_id])
    assert "だれに、何を渡してよいか" in page
    assert address in page
    asked = client.get(address).content.decode()
    assert "今すぐ内容を見られなくなります" in asked
    assert worker.get(detail).status_code == 200  # asking changes nothing
    done = client.post(address, follow=True).content.decode()
    assert "同意を取り消しました" in done
    assert "に取り消しました" in done
    assert worker.get(detail).status_code == 404
    case = support.fresh(world.case)
    assert (case.owner_office, case.risk_rank) == (world.desk, 1)
    assert "もう取り消してあります" in client.post(address, follow=True).content.decode()
    assert case.matter.timeline.filter(kind="consent.withdrawn").count() == 1


def test_nobody_else_withdraws_it_on_the_residents_page(world: support.World, sign_in: Any) -> None:
    consent = support.give_consent(world)
    address = reverse("status:consent_withdraw", args=[consent.pk])
    for client in (
        holder(CASE_KEY, support.make_case(world.ward).pk),
        holder(REFERRAL_KEY, support.sent(world).pk),
        sign_in(world.worker.person),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    for response in (Client().get(address), Client().post(address)):
        assert response.url == reverse("status:login")
    assert support.fresh(consent).withdrawn_at is None


def test_a_consent_that_has_run_out_says_so(world: support.World) -> None:
    consent = support.give_consent(world)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    type(consent).objects.filter(pk=consent.pk).update(obtained_on=yesterday, valid_until=yesterday)
    client = holder(CASE_KEY, world.case.pk)
    assert "期限が過ぎました" in client.get(reverse("status:case")).content.decode()
    assert client.get(reverse("status:consent_withdraw", args=[consent.pk])).status_code == 404


# -- the clocks of the case leave those of つなぎ alone


def clocks(world: support.World) -> dict[str, Any]:
    running = Deadline.objects.running().filter(matter=world.case.matter, kind__startswith="referral.")
    return {deadline.kind: deadline.office for deadline in running.order_by("id")}


def test_a_finished_case_still_expects_the_report(world: support.World) -> None:
    referral = support.accepted(world)
    referrals.contact_made(referral.pk, by=world.partner)
    closing.close(world.case.pk, by=world.sender, outcome="advised")
    assert clocks(world) == {timers.OUTCOME: world.agency}
    referrals.report_outcome(
        referral.pk, by=world.partner, done="訪問", result="済", continues=False, next_step=""
    )
    assert clocks(world) == {}


def test_a_finished_case_looks_for_no_other_place(world: support.World) -> None:
    referral = support.sent(world)
    referrals.decline(referral.pk, by=world.partner, reason="満員", better_place="分からない")
    assert clocks(world) == {timers.REDIRECT: world.desk}
    closing.close(world.case.pk, by=world.sender, outcome="advised")
    assert clocks(world) == {}


def test_withdrawing_the_matter_stops_every_clock(world: support.World) -> None:
    support.accepted(world)
    closing.withdraw(world.case.pk, by=Actor(matter_id=world.case.pk))
    assert clocks(world) == {}
    assert not Deadline.objects.running().filter(matter=world.case.matter).exists()


def test_another_desk_owes_the_next_place_and_the_partner_its_answer(world: support.World) -> None:
    first = support.sent(world)
    referrals.decline(first.pk, by=world.partner, reason="満員", better_place="分からない")
    support.held(world, world.by_link)
    second = support.fresh(Referral.objects.latest("id"))
    new_desk = make_office("健康課", ward=world.ward)
    triage.assign(world.case.pk, by=world.sender, office=new_desk)
    assert clocks(world) == {timers.REDIRECT: new_desk}
    referrals.release(second.pk)
    assert clocks(world) == {timers.ANSWER: world.by_link}
    third = make_office("福祉課", ward=world.ward)
    clerk = make_posting(Role.SECTION, office=new_desk)
    from chiba_ward.access.actor import actor_of

    triage.assign(world.case.pk, by=actor_of(clerk.person, clerk), office=third)
    assert clocks(world) == {timers.ANSWER: world.by_link}


# -- who is told


def test_the_head_is_told_in_person_and_a_section_without_address_by_its_people(world: support.World) -> None:
    head = make_posting(Role.SECTION, office=world.desk, is_head=True)
    referral = support.sent(world)
    timers.remind_head(referral)
    [late] = Notice.objects.filter(template_key="referral.late")
    assert late.person == head.person
    world.desk.notify_email = ""
    world.desk.save()
    triage.take(world.case.pk, by=world.sender)
    referrals.ask_back(referral.pk, by=world.partner, question="介護度は", asked_by="受手")
    [asked] = Notice.objects.filter(template_key="referral.question")
    assert asked.person == world.clerk.person


# -- long lists


def many(world: support.World, number: int) -> None:
    model = support.sent(world)
    for sequence in range(2, number + 2):
        again = support.fresh(model)
        again.pk, again._state.adding, again.sequence = None, True, sequence
        again.save()


@pytest.mark.parametrize("tab", ["waiting", "asked", "came_back", "going", "ended", "drafts", "all"])
def test_what_was_placed_is_cut_into_pages(world: support.World, sign_in: Any, tab: str) -> None:
    many(world, 60)
    client = sign_in(world.clerk.person)
    url = reverse("staff:referrals_placed")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        page = client.get(url, {"tab": tab})
    counts = {one["label"]: one["count"] for one in page.context["tabs"]}
    assert (counts["返事を待っている"], counts["すべて"], counts["質問が来ている"]) == (61, 61, 0)
    assert len(few) <= MOST, [query["sql"][:120] for query in few.captured_queries]
    if tab in ("waiting", "all"):
        seen = [row["referral"].pk for row in page.context["rows"]]
        assert len(seen) == 50
        rest = client.get(url + page.context["page"].next_url)
        assert len({*seen, *(row["referral"].pk for row in rest.context["rows"])}) == 61


@pytest.mark.parametrize("tab", ["waiting", "in_hand", "done"])
def test_what_was_received_is_cut_into_pages(world: support.World, sign_in: Any, tab: str) -> None:
    many(world, 60)
    client = sign_in(world.worker.person)
    url = reverse("partner:inbox")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        page = client.get(url, {"tab": tab})
    assert len(few) <= MOST, [query["sql"][:120] for query in few.captured_queries]
    if tab == "waiting":
        assert len(page.context["rows"]) == 50
        assert len(client.get(url + page.context["pages"].next_url).context["rows"]) == 11


def test_came_back_holds_only_what_still_needs_a_place(world: support.World, sign_in: Any) -> None:
    referral = support.sent(world)
    referrals.decline(referral.pk, by=world.partner, reason="満員", better_place="分からない")
    client, url = sign_in(world.clerk.person), reverse("staff:referrals_placed")
    row = client.get(url, {"tab": "came_back"}).context["rows"][0]
    assert row["due_at"] is not None
    referrals.keep_here(referral.pk, by=world.sender)
    assert client.get(url, {"tab": "came_back"}).context["rows"] == []
    assert [row["state"] for row in client.get(url, {"tab": "ended"}).context["rows"]] == ["受理できない"]


def test_what_was_taken_back_after_leaving_waits_for_a_decision(world: support.World, sign_in: Any) -> None:
    referral = support.sent(world)
    referrals.recall(referral.pk, by=world.sender)
    client = sign_in(world.clerk.person)
    assert len(client.get(reverse("staff:referrals_placed"), {"tab": "came_back"}).context["rows"]) == 1
    referrals.keep_here(referral.pk, by=world.sender)
    assert clocks(world) == {}


def test_a_wrong_addressee_is_seen_before_sending(world: support.World, sign_in: Any) -> None:
    from tests.factories import make_ward

    far = make_office("遠い支所", ward=make_ward("chuo", "中央区"), kind=OfficeKind.AGENCY)
    far.posts.create(name="担当", role=Role.PARTNER)
    draft = support.drafted(world, far)
    url = reverse("staff:referral_preview", args=[world.case.receipt_no, draft.sequence])
    page = sign_in(world.clerk.person).get(url).content.decode()
    assert "宛先の区（中央区）が違います" in page
    near = support.drafted(world)
    url = reverse("staff:referral_preview", args=[world.case.receipt_no, near.sequence])
    assert "違います" not in sign_in(world.clerk.person).get(url).content.decode()


def test_paper_that_was_handed_over_is_asked_back(world: support.World, sign_in: Any) -> None:
    """What was printed cannot be closed: the clerk is told to telephone."""
    referral = support.sent(world, world.on_paper)
    client = sign_in(world.clerk.person)
    url = reverse("staff:referral_detail", args=[world.case.receipt_no, referral.sequence])
    assert "先方はポータルを使っていません" in client.get(url).content.decode()
    referrals.withdraw_consent(referral.consent_id, by=Actor(matter_id=world.case.pk))
    assert "渡した紙を細かく切って捨てるように頼んでください" in client.get(url).content.decode()
