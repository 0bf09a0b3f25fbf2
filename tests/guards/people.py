"""Who walks through the portal: one person of each role of the demo city, and those who come without an account."""

from django.conf import settings
from django.test import Client

from chiba_ward.access import case_keys
from chiba_ward.access.actor import CASE_KEY, REFERRAL_KEY, SYSTEM, Actor
from chiba_ward.access.models import User
from chiba_ward.directory.enums import Role
from consultations.demo.people import DOMAIN
from consultations.enums import PARTNER_OPEN
from consultations.models import Consultation, Referral
from tests.conftest import BACKEND
from tests.guards.plugins.furnish import posted

ANONYMOUS, KEY_HOLDER, LINK_HOLDER, RESIDENT = "anonymous", "key holder", "link holder", "resident"
STAFF = {
    "reception": "annai.wakaba",
    "triage desk": "somu.wakaba",
    "head": "kacho.somu.wakaba",
    "section": "korei.wakaba",
    "specialist": "hokenshi.wakaba",
    "abuse team": "kodomo.wakaba",
    "area officer": "chiiki.wakaba",
    "community section": "kurashi.wakaba",
    "coordinator": "sanji.chuo",
    "auditor": "kansa",
    "system administrator": "system",
}
PARTNERS = {"partner": "anshin.wakaba", "bureau": "honcho.korei", "association": "kaicho.wakaba"}
WITHOUT_ACCOUNT = (ANONYMOUS, KEY_HOLDER, LINK_HOLDER)
ACCOUNTS = {RESIDENT: "shimin.hanako", **STAFF, **PARTNERS}
EVERYBODY = (*WITHOUT_ACCOUNT, *ACCOUNTS)
# Roles that no office has people for yet; their pages come with disaster/.
WITHOUT_PEOPLE_YET = {Role.DISASTER_HQ}


def client_of(name: str) -> Client:
    """A browser in which this person is at work."""
    client = Client(raise_request_exception=True)
    if name in ACCOUNTS:
        client.force_login(User.objects.get(email=f"{ACCOUNTS[name]}@{DOMAIN}"), backend=BACKEND)
    elif name != ANONYMOUS:
        _give_key(client, name)
    return client


def _give_key(client: Client, name: str) -> None:
    client.get("/")
    session = client.session
    key, held = (CASE_KEY, held_case().pk) if name == KEY_HOLDER else (REFERRAL_KEY, linked_referral().pk)
    case_keys.grant(session, key, held)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""


def held_case() -> Consultation:
    """The case whose number and passphrase the key holder has."""
    return next(
        case for case in Consultation.objects.order_by("pk") if case.chief_concern == "お返事を待つ相談"
    )


def linked_referral() -> Referral:
    """The referral that the link holder has opened with its one-time code."""
    return Referral.objects.filter(route="link", state__in=PARTNER_OPEN).order_by("id")[0]


def actor(name: str) -> Actor:
    """The same person for rules that take an actor."""
    if name == KEY_HOLDER:
        return Actor(matter_id=held_case().pk)
    if name == LINK_HOLDER:
        return Actor(referral_id=linked_referral().pk)
    if name == RESIDENT:
        return Actor(user=User.objects.get(email=f"{ACCOUNTS[name]}@{DOMAIN}"))
    return SYSTEM if name == ANONYMOUS else posted(ACCOUNTS[name])
