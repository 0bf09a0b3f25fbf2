"""支援会議 without consent among bound members; 重層的支援会議 only with consent of each person (C6, S3)."""

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.correspondence.models import Notice
from chiba_ward.directory.enums import Role
from chiba_ward.outbox import services as outbox
from consultations.services import referrals
from consultations.support.enums import MeetingKind, MeetingState
from consultations.support.models import HandOutCopy, Meeting, Member, Minutes, MinutesSupplement, Subject
from consultations.support.services import meetings, minutes, papers
from consultations.workflow.errors import Refused
from tests.factories import make_office, make_posting
from tests.support import household as world
from tests.support.household import Household

M = MeetingKind


def test_c6_a_statutory_meeting_needs_no_consent(house: Household) -> None:
    meeting = world.fixed(house, M.STATUTORY, house.son, house.wife)
    assert meeting.state == MeetingState.MEMBERS_FIXED
    assert meeting.subjects.count() == 2
    assert "106条の6" in meeting.basis
    assert "秘密" in meeting.duty


def test_c6_nobody_is_added_without_consent(house: Household) -> None:
    """S3: the father has consented, the son has not: he is discussed in the statutory meeting alone."""
    meeting = world.planned(house, M.MULTI_LAYER)
    world.invite(house, meeting, house.desk, house.agency)
    world.consent(house, meeting, house.father)
    meetings.add_subject(meeting.pk, by=house.by, party=house.father)
    with pytest.raises(Refused, match="同意がありません") as refused:
        meetings.add_subject(meeting.pk, by=house.by, party=house.son)
    assert refused.value.field == "party"
    assert list(meeting.subjects.values_list("party", flat=True)) == [house.father.pk]
    world.consent(house, meeting, house.son)
    meetings.add_subject(meeting.pk, by=house.by, party=house.son)
    assert meeting.subjects.count() == 2


def test_c6_the_database_refuses_it_too(house: Household) -> None:
    meeting = world.planned(house, M.MULTI_LAYER)
    world.invite(house, meeting, house.desk, house.agency)
    with pytest.raises(IntegrityError, match="without consent"), transaction.atomic():
        Subject.objects.create(meeting=meeting, party=house.son)
    assert not meeting.subjects.exists()
    Subject.objects.create(meeting=world.planned(house), party=house.son)


def test_nobody_is_added_before_the_members_are_known(house: Household) -> None:
    meeting = world.planned(house, M.MULTI_LAYER)
    with pytest.raises(Refused, match="先に構成員を決め"):
        meetings.add_subject(meeting.pk, by=house.by, party=house.father)
    with pytest.raises(IntegrityError), transaction.atomic():
        Subject.objects.create(meeting=meeting, party=house.father)


def test_a_member_who_may_not_hear_of_a_person_is_refused(house: Household) -> None:
    """Consent names each recipient: one more agency needs one more consent."""
    meeting = world.planned(house, M.MULTI_LAYER)
    world.invite(house, meeting, house.desk, house.agency)
    world.consent(house, meeting, house.father)
    meetings.add_subject(meeting.pk, by=house.by, party=house.father)
    with pytest.raises(Refused, match="同意のない対象者"):
        world.invite(house, meeting, house.second)
    assert not meeting.members.filter(office=house.second).exists()


def test_an_invitee_without_duty_or_pledge_is_blocked(house: Household) -> None:
    meeting = world.planned(house)
    world.invite(house, meeting, house.desk)
    world.invite(house, meeting, house.agency, bound=False)
    with pytest.raises(Refused, match="守秘義務の根拠か誓約の記録がない"):
        meetings.fix_members(meeting.pk, by=house.by)
    assert not Meeting.objects.visible_to(house.partner).exists()
    with pytest.raises(IntegrityError, match="member_is_bound_and_has_pledged"), transaction.atomic():
        Member.objects.filter(meeting=meeting).update(fixed_at=timezone.now())
    member = meeting.members.get(office=house.agency)
    duty = meeting.members.get(office=house.desk).duty
    meetings.pledge(
        meeting.pk, member.pk, by=house.by, duty=duty, pledged_on=timezone.localdate(), pledge_method="oral"
    )
    meetings.fix_members(meeting.pk, by=house.by)
    assert Meeting.objects.visible_to(house.partner).get() == meeting


def test_one_office_alone_is_no_meeting(house: Household) -> None:
    meeting = world.planned(house)
    world.invite(house, meeting, house.desk)
    with pytest.raises(Refused, match="二つ以上の課・機関"):
        meetings.fix_members(meeting.pk, by=house.by)


def test_the_members_are_the_perimeter(house: Household) -> None:
    meeting = world.fixed(house)
    for actor in (house.by, house.boss, house.partner):
        assert list(Meeting.objects.visible_to(actor)) == [meeting]
    for actor in (house.foreigner, world.act_as(house.other), world.act_as(house.helper)):
        assert not Meeting.objects.visible_to(actor).exists()
    meetings.reopen_members(meeting.pk, by=house.by)
    assert not Meeting.objects.visible_to(house.partner).exists()


def test_who_joins_later_does_not_read_earlier_minutes(house: Household) -> None:
    first = world.minuted(house)
    second = world.planned(house)
    world.invite(house, second, house.desk, house.second)
    meetings.add_subject(second.pk, by=house.by, party=house.father)
    meetings.fix_members(second.pk, by=house.by)
    with pytest.raises(Refused, match="構成員は確定しています"):
        world.invite(house, first, house.second)
    client = world.browser(house.helper)
    assert client.get(reverse("support_partner:meeting", args=[second.pk])).status_code == 200
    assert client.get(reverse("support_partner:meeting", args=[first.pk])).status_code == 404
    page = world.browser(house.worker).get(reverse("support_partner:meeting", args=[first.pk]))
    assert world.POINTS in page.content.decode()


def test_a_draft_of_minutes_is_the_conveners_own(house: Household) -> None:
    meeting = world.held(house)
    minutes.write(meeting.pk, by=house.by, points=world.POINTS, decisions=world.DECISIONS)
    address = reverse("support_partner:meeting", args=[meeting.pk])
    assert world.POINTS not in world.browser(house.worker).get(address).content.decode()
    staff = world.browser(house.clerk).get(reverse("support:meeting", args=[meeting.pk]))
    assert world.POINTS in staff.content.decode()


def test_approved_minutes_are_only_supplemented(house: Household) -> None:
    meeting = world.minuted(house)
    with pytest.raises(Refused, match="追補"):
        minutes.write(meeting.pk, by=house.by, points="別の文", decisions="別の文")
    for change in (
        lambda: Minutes.objects.update(written_at=timezone.now()),
        lambda: Minutes.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="only supplemented"), transaction.atomic():
            change()
    added = minutes.supplement(meeting.pk, by=house.by, text="日付の誤りは十日が正しい")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        MinutesSupplement.objects.filter(pk=added.pk).update(at=timezone.now())
    written = minutes.of(meeting)
    assert written is not None
    assert written.points == world.POINTS


def test_minutes_are_approved_by_the_head_who_read_them(house: Household) -> None:
    meeting = world.held(house)
    with pytest.raises(Refused, match="まだ書かれていません"):
        minutes.approve(meeting.pk, by=house.boss, seen=0)
    minutes.write(meeting.pk, by=house.by, points=world.POINTS, decisions=world.DECISIONS)
    with pytest.raises(Refused, match="書き直されています"):
        minutes.approve(meeting.pk, by=house.boss, seen=1)
    with pytest.raises(Meeting.DoesNotExist):
        minutes.approve(meeting.pk, by=house.by, seen=0)
    world.approve(house, meeting)
    assert world.fresh(meeting).state == MeetingState.MINUTES_APPROVED


def test_a_withdrawn_consent_before_the_meeting(house: Household) -> None:
    """The person goes off the table, and the members see nothing until they are fixed anew."""
    meeting = world.fixed(house, M.MULTI_LAYER, house.father, house.son)
    grant = house.case.consents.get(person=house.son, to_office=house.agency)
    referrals.withdraw_consent(grant.pk, by=house.by)
    meeting = world.fresh(meeting)
    assert meeting.state == MeetingState.PLANNED
    assert meeting.subjects.get(party=house.son).taken_off_at
    assert meeting.subjects.get(party=house.father).taken_off_at is None
    assert not Meeting.objects.visible_to(house.partner).exists()
    with pytest.raises(Refused, match="同意がありません"):
        meetings.add_subject(meeting.pk, by=house.by, party=house.son)
    assert world.fixed(house, M.STATUTORY, house.son).subjects.count() == 1


def test_a_withdrawn_consent_after_the_meeting(house: Household) -> None:
    meeting = world.minuted(house, M.MULTI_LAYER, house.son)
    assert Meeting.objects.visible_to(house.partner).exists()
    grant = house.case.consents.get(person=house.son, to_office=house.agency)
    referrals.withdraw_consent(grant.pk, by=house.by)
    assert not Meeting.objects.visible_to(house.partner).exists()
    assert Meeting.objects.visible_to(house.by).get() == meeting
    address = reverse("support_partner:meeting", args=[meeting.pk])
    assert world.browser(house.worker).get(address).status_code == 404


def test_a_consent_that_ran_out_stops_the_meeting(house: Household) -> None:
    meeting = world.fixed(house, M.MULTI_LAYER, house.father)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    house.case.consents.update(obtained_on=yesterday, valid_until=yesterday)
    everybody = list(meeting.members.values_list("pk", flat=True))
    with pytest.raises(Refused, match="同意がありません"):
        meetings.hold(meeting.pk, by=house.by, held_at=timezone.now(), attended=everybody)
    assert world.fresh(meeting).held_at is None


def test_every_copy_has_a_number_and_comes_back(house: Household) -> None:
    meeting = world.held(house)
    copies = list(papers.of(meeting).order_by("member__number").values_list("pk", flat=True))
    assert len(copies) == 2
    assert papers.collect(meeting.pk, copies[:1], by=house.by) == 1
    first = HandOutCopy.objects.get(pk=copies[0])
    assert first.collected_by == house.clerk
    assert papers.collect(meeting.pk, copies, by=house.by) == 0
    assert HandOutCopy.objects.get(pk=copies[0]).collected_at == first.collected_at


def test_the_child_council_is_convened_by_the_family_section(house: Household) -> None:
    with pytest.raises(Refused, match="こども家庭の課が招集") as refused:
        world.planned(house, M.CHILD_COUNCIL)
    assert refused.value.field == "kind"
    family = make_posting(Role.ABUSE_TEAM, office=make_office("こども家庭課", ward=house.desk.ward))
    house.case.desk_office = family.post.office
    house.case.save()
    meeting = world.planned(house, M.CHILD_COUNCIL, by=world.act_as(family))
    assert meeting.office == family.post.office


def test_invitations_say_nothing(house: Household) -> None:
    world.fixed(house, M.STATUTORY, house.son)
    outbox.run_pending_now()
    [sent] = [one for one in mail.outbox if "marugoto@example.test" in one.to]
    text = sent.subject + sent.body
    assert house.case.receipt_no in text
    for word in (world.FATHER, world.SON, "世帯の支え方", "長男", "ひきこもり"):
        assert word not in text


def test_the_persons_of_the_matter_are_never_told(house: Household) -> None:
    before = Notice.objects.filter(recipient_kind="citizen").count()
    meeting = world.minuted(house, M.STATUTORY, house.son)
    meetings.set_review(
        meeting.pk,
        by=house.by,
        review_on=timezone.localdate() + dt.timedelta(days=30),
        lead_office=house.agency,
        lead_name="見本 主担当",
    )
    assert Notice.objects.filter(recipient_kind="citizen").count() == before
    lines = house.case.matter.timeline.filter(kind__startswith="support.")
    assert set(lines.values_list("audience", flat=True)) == {"house"}


def test_what_was_held_is_never_cancelled(house: Household) -> None:
    meeting = world.held(house)
    with pytest.raises(Refused):
        meetings.cancel(meeting.pk, by=house.by, reason="まちがい")
    assert world.fresh(meeting).cancelled_at is None
