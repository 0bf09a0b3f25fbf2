"""The one way to try a number with a passphrase, for matters and for drafts (ASSURANCE §2, AN2, AN3).

An unknown number and a wrong passphrase cost the same work and end in the same refusal.
"""

from django.utils import timezone

from chiba_ward.access import throttle
from chiba_ward.casework.passphrase import PassphraseBusyError, PassphraseHasher, parse_passphrase

GLOBAL_PER_HOUR = 2_000
CLIENT_FREE_TRIES = throttle.BUCKET_FREE_TRIES


class WrongKey(Exception):
    """Number and passphrase do not belong together, or there is no such number: nobody learns which."""


def check(purpose: str, number: str, phrase: str, stored: str | None, client_key: str) -> None:
    """Return when the phrase fits the stored hash; `stored` is None for an unknown number.

    `purpose` names what is opened (`case`, `draft`); `client_key` is `throttle.bucket_of(request)`.
    Raises WrongKey, PassphraseFormatError, PassphraseBusyError and throttle.TooManyTries. After five wrong
    tries of one number each waits 1, 2, 4 … 15 minutes; a network has 60 tries, everybody together 2,000 an hour.
    """
    digits = parse_passphrase(phrase)
    shared = [f"{purpose}-all:{timezone.now():%Y%m%d%H}", f"{purpose}-client:{client_key}"]
    own = f"{purpose}:{throttle.digest(purpose, number)}"
    throttle.allowed(shared[0], free=GLOBAL_PER_HOUR)
    throttle.allowed(shared[1], free=CLIENT_FREE_TRIES)
    throttle.allowed(own)
    try:
        fits = PassphraseHasher.from_settings().verify(stored, digits)
    except PassphraseBusyError:
        throttle.give_back(*shared, own)  # nothing was tried
        raise
    if not fits:
        throttle.failed(own)
        raise WrongKey
    throttle.succeeded(own)
    throttle.give_back(*shared)
