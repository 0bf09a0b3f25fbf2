"""Two people at the same moment: one wins, the other is told in words."""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.utils import timezone

from consultations.enums import ReferralState
from consultations.models import Referral
from consultations.services import referrals
from tests import races
from tests.consultations import referral_support as support

pytestmark = pytest.mark.django_db(transaction=True)
S = ReferralState


together = partial(races.together, gone=(Referral.DoesNotExist,))


@pytest.fixture(params=range(3))
def world(request: pytest.FixtureRequest) -> Iterator[support.World]:
    return support.make_world()


def accept(world: support.World, referral: Referral, name: str = "受手") -> Callable[[], object]:
    day = timezone.localdate() + dt.timedelta(days=1)
    return lambda: referrals.accept(referral.pk, by=world.partner, name=name, first_contact_on=day)


def test_accept_against_recall(world: support.World) -> None:
    referral = support.sent(world)
    results = together(accept(world, referral), lambda: referrals.recall(referral.pk, by=world.sender))
    state = support.fresh(referral).state
    assert results.count("done") == 1
    assert state == (S.ACCEPTED if results[0] == "done" else S.RECALLED)
    loser = results[1] if results[0] == "done" else results[0]
    assert "受理されています" in loser or "取り消しました" in loser or loser == "gone"


def test_accept_against_withdrawal_always_ends_the_access(world: support.World) -> None:
    referral = support.sent(world)
    results = together(
        accept(world, referral), lambda: referrals.withdraw_consent(referral.consent_id, by=world.sender)
    )
    assert results[1] == "done"
    assert support.fresh(referral).state == S.REVOKED
    assert support.fresh(world.case).owner_office == world.desk
    assert not Referral.objects.visible_to(world.partner).exists()


def test_two_workers_of_one_agency(world: support.World) -> None:
    referral = support.sent(world)
    results = together(accept(world, referral, "一郎"), accept(world, referral, "二郎"))
    assert sorted(result == "done" for result in results) == [False, True]
    assert support.fresh(referral).accepted_by_name in ("一郎", "二郎")


def test_send_twice_and_release_against_recall(world: support.World) -> None:
    draft = support.drafted(world)
    seen = referrals.preview_digest(draft)

    def send() -> None:
        referrals.send(draft.pk, by=world.sender, seen=seen)

    assert together(send, send) == ["done", "done"]
    assert world.case.matter.timeline.filter(kind="referral.held").count() == 1
    together(lambda: referrals.release(draft.pk), lambda: referrals.recall(draft.pk, by=world.sender))
    assert support.fresh(draft).state == S.RECALLED


def test_two_drafts_at_once_get_their_own_numbers(world: support.World) -> None:
    def make() -> None:
        referrals.draft(world.case.pk, by=world.sender, to_office=world.agency, purpose="お願い")

    assert together(make, make) == ["done", "done"]
    assert sorted(Referral.objects.values_list("sequence", flat=True)) == [1, 2]
