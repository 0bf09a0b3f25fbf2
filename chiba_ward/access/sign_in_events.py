"""What happens at the doors, as rows of the read log: they survive a rollback, and nobody can take them out (AU3)."""

from typing import Any

from django.http import HttpRequest

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.access.models import User
from chiba_ward.access.readlog import Verb
from chiba_ward.access.readlog.entries import pseudonym


def signed_in(user: User) -> None:
    """Any way of signing in: password, passkey, the city's own provider, the demo door."""
    readlog.event(Verb.SIGN_IN, "person", [user.pk], actor=_as(user))


def failed(email: str) -> None:
    """A wrong password. Whose account it was is an id; an address that nobody has is a stand-in."""
    readlog.event(Verb.SIGN_IN_FAILED, "person", _owner_of(email))


def refused(email: str) -> None:
    """One try too many: the secret was not even compared."""
    readlog.event(Verb.TRY_REFUSED, "person", _owner_of(email))


def signed_out(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        readlog.event(Verb.SIGN_OUT, "person", [user.pk], actor=_as(user))


def factor_added(sender: Any, user: User, authenticator: Any, **_: Any) -> None:
    _factor(Verb.FACTOR_ADDED, user, authenticator)


def factor_removed(sender: Any, user: User, authenticator: Any, **_: Any) -> None:
    _factor(Verb.FACTOR_REMOVED, user, authenticator)


def factor_failed(sender: Any, user: User, authenticator: Any, **_: Any) -> None:
    """A wrong code: nobody has come in yet, so the row names the account alone."""
    readlog.event(Verb.FACTOR_FAILED, "person", [user.pk, f"factor:{authenticator.type}"])


def password_changed(sender: Any, user: User, **_: Any) -> None:
    readlog.event(Verb.PASSWORD_CHANGED, "person", [user.pk])


def _factor(verb: Verb, user: User, authenticator: Any) -> None:
    readlog.event(verb, "person", [user.pk, f"factor:{authenticator.type}"])


def _as(user: User) -> Actor:
    """Under the main duty of today: the session has not chosen another yet."""
    posting = user.postings.active_on().with_duty().order_by("kind", "id").first()
    return actor_of(user, posting)


def _owner_of(email: str) -> list[int | str]:
    # Asked for a known and an unknown address alike: the answer must not take longer for one of them.
    found = User.objects.filter(email__iexact=email).values_list("pk", flat=True).first()
    return [found] if found else [pseudonym(email.strip().casefold())]
