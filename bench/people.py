"""Who is at work while the bench measures, and the sessions they bring: as after password and second factor."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from bench.city.specials import ACCEPTED_BY
from chiba_ward.access import case_keys
from chiba_ward.access.actor import CASE_KEY, Actor, actor_of
from chiba_ward.access.doors import ENROLLED_KEY
from chiba_ward.access.models import User
from chiba_ward.access.session_store import SessionStore
from chiba_ward.access.views import SIGN_IN_BACKEND
from chiba_ward.directory.models import Posting
from consultations.demo.people import DOMAIN

NOBODY, KEY_HOLDER, ACCEPTOR = "nobody", "key holder", "acceptor"
PEOPLE = {
    "section": "korei.wakaba",
    "reception": "annai.wakaba",
    "triage desk": "somu.wakaba",
    "head": "kacho.korei.wakaba",
    "coordinator": "sanji.chuo",
    "partner": "anshin.wakaba",
    "bureau": "honcho.korei",
    "resident": "shimin.hanako",
    "community desk": "chiiki.wakaba",
}


def user_of(name: str) -> User:
    if name == ACCEPTOR:
        return _acceptor().person
    return User.objects.get(email=f"{PEOPLE[name]}@{DOMAIN}")


def actor(name: str) -> Actor:
    """The same person for rules that take an actor, under the main duty."""
    user = user_of(name)
    return actor_of(user, user.postings.active_on().with_duty().order_by("kind", "id").first())


def _acceptor() -> Posting:
    """Whoever works first at the agency that accepts; in a city without stock for it, the partner accepts."""
    rows = Posting.objects.active_on().with_duty().filter(post__office__code=ACCEPTED_BY).order_by("id")
    found = rows.first() or user_of("partner").postings.active_on().with_duty().order_by("id").first()
    assert found is not None
    return found


def session_of(name: str) -> str:
    """The key of a new session in which this person is signed in; the second factor was proved in it."""
    user = user_of(name)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = SIGN_IN_BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[ENROLLED_KEY] = user.pk
    session.create()
    return str(session.session_key)


def key_to(case: int) -> str:
    """The session of somebody who has proved number and passphrase of one case."""
    session = SessionStore()
    session.create()
    case_keys.grant(session, CASE_KEY, case)
    session.save()
    return str(session.session_key)


def cookies_of(name: str, held_case: int) -> dict[str, str]:
    if name == NOBODY:
        return {}
    key = key_to(held_case) if name == KEY_HOLDER else session_of(name)
    return {settings.SESSION_COOKIE_NAME: key}
