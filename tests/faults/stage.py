"""Run in the settings of the faults: つなぎ that have been sent on consent, one for each number given; JSON."""

import json
import sys

import django


def main() -> None:
    django.setup()
    json.dump([sent(number) for number in sys.argv[1:]], sys.stdout)


def sent(number: str) -> dict[str, int | str]:
    """The section of 若葉区 takes the case and sends it to the first あんしんケアセンター; the five minutes are over."""
    from django.utils import timezone

    from chiba_ward.access.actor import actor_of
    from chiba_ward.directory.models import Office, Posting
    from consultations.enums import ExcerptItem
    from consultations.models import Consultation
    from consultations.services import referrals, triage
    from consultations.services.referrals.preparing import offered_lines

    posting = Posting.objects.get(person__email="somu.wakaba@demo.example.jp")
    clerk = actor_of(posting.person, posting)
    case = Consultation.objects.get(matter__receipt_no=number)
    triage.take(case.pk, by=clerk)
    office = Office.objects.get(code="wakaba-anshin-1")
    referral = referrals.draft(case.pk, by=clerk, to_office=office, purpose="ご本人に連絡してください。")
    items = [ExcerptItem.NAME, ExcerptItem.CONCERN]
    consent = referrals.record_consent(
        case.pk, by=clerk, to_office=office, items=items, method="oral", obtained_on=timezone.localdate()
    )
    referrals.set_ground(referral.pk, by=clerk, basis="consent", consent=consent)
    referral.refresh_from_db()
    lines = {line.key: line.text for line in offered_lines(referral) if line.item in items}
    referrals.choose_items(referral.pk, by=clerk, texts=lines)
    referral.refresh_from_db()
    referrals.send(referral.pk, by=clerk, seen=referrals.preview_digest(referral))
    referrals.release(referral.pk)
    return {"number": number, "referral": referral.pk, "sequence": referral.sequence, "consent": consent.pk}


if __name__ == "__main__":
    main()
