"""S2 and S6 brought to where they belong, and one notice in the ward whose people one can sign in as. All invented."""

from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.directory.models import Posting, Ward
from consultations.enums import Flag
from consultations.protection.services import confirming, noting, telephone
from consultations.protection.services.confirming import HandOff

STORIES = {
    "S2": ([Flag.ABUSE_CHILD], "西部児童相談所"),
    "S6": ([Flag.DV, Flag.ABUSE_CHILD], "配偶者暴力相談支援センター"),
}


def load() -> int:
    """Through the verbs of the portal; the number of matters that are protected afterwards."""
    from consultations.demo import stories

    filed = [_confirm(code, pk) for code, pk in stories.FILED.items() if code in STORIES]
    return len(filed) + _by_telephone()


def _confirm(code: str, pk: int) -> object:
    from consultations.demo import stories
    from consultations.models import Consultation

    kinds, place = STORIES[code]
    ward = Consultation.objects.select_related("ward").get(pk=pk).ward
    assert ward is not None
    handed = HandOff(place, "見本 あいて", timezone.now())
    return confirming.confirm(pk, by=stories.clerk_of(ward.slug), kinds=kinds, handed=handed)


def _by_telephone() -> int:
    """A call to 若葉区 こども家庭課, handed over and looked at; who rang lies apart."""
    team = _team("wakaba-kodomo")
    if team is None:
        return 0
    ward = Ward.objects.get(slug="wakaba")
    taken = telephone.receive(
        by=team,
        kinds=[Flag.ABUSE_CHILD],
        ward=ward,
        body="見本の通告です。保育所から、きのうより腕のあざが増えていると電話がありました。",
        place="若葉区見本町3-3",
        notifier={"name": "見本 つうこく", "relation": "見本保育所の職員", "phone": "0430000189", "address": "若葉区見本町9-9",
                  "email": "tsukoku@demo.example.jp", "note": "見本：昼休みだけ電話に出られる"},
        handed=HandOff("東部児童相談所", "見本 うけて", timezone.now()),
    )  # fmt: skip
    noting.confirm_receipt(taken.pk, by=team, name="見本 うけて", at=timezone.now())
    noting.record_check(
        taken.pk,
        by=team,
        result="not_met",
        seen_at=timezone.now(),
        seen_by="こども家庭課 見本 きよし",
        seen_whom="だれにも会えなかった",
        place="見本の自宅の玄関",
        note="見本：夕方にもう一度訪ねる",
    )
    return 1


def _team(code: str) -> Actor | None:
    rows = Posting.objects.active_on().with_duty().filter(post__office__code=code, post__role="AB")
    posting = rows.order_by("kind", "id").first()
    return actor_of(posting.person, posting) if posting else None
