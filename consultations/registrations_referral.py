"""What つなぎ offers to the ground. Called once from `consultations.registrations`; calling again is harmless."""

from chiba_ward.casework import my_work
from consultations import documents_referral, sentences_referral, work_referral
from consultations.services.referrals import links, sending, steps  # noqa: F401  (sending registers its effect)


def register() -> None:
    sentences_referral.register()
    my_work.register(work_referral.work)
    links.register()
    steps.register()
    documents_referral.register()
