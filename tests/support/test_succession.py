"""組織改正: nobody loses a meeting because a section has another name."""

from chiba_ward.casework.my_work import groups_for
from chiba_ward.directory.enums import OfficeKind, Role
from consultations.support.enums import MeetingKind
from consultations.support.models import Meeting
from consultations.support.services.succession import take_over
from tests.factories import make_office, make_posting
from tests.support import household as world
from tests.support.household import Household


def test_the_new_section_convenes(house: Household) -> None:
    meeting = world.fixed(house)
    heir = make_office("新しい課", ward=house.desk.ward)
    clerk = world.act_as(make_posting(Role.SECTION, office=heir))
    assert take_over(house.desk, heir) == 2
    assert Meeting.objects.visible_to(clerk).get() == meeting
    assert not Meeting.objects.visible_to(house.by).exists()
    assert house.case.matter.timeline.filter(kind="support.succeeded").count() == 1
    assert take_over(house.desk, heir) == 0


def test_the_new_agency_keeps_seat_role_and_consent(house: Household) -> None:
    meeting = world.fixed(house, MeetingKind.MULTI_LAYER, house.father)
    heir = make_office("新しい機関", kind=OfficeKind.AGENCY)
    worker = world.act_as(make_posting(Role.PARTNER, office=heir))
    take_over(house.agency, heir)
    assert Meeting.objects.visible_to(worker).get() == meeting
    assert house.case.consents.get(person=house.father).to_office == heir
    assert [group.key for group in groups_for(worker) if group.key.startswith("support")] == ["support.tasks"]
