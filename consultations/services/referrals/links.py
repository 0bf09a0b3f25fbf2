"""An agency without accounts: an expiring link, and for each visit a one-time code to its registered address.

Neither secret is stored. Token and code are made from a random seed in the row and the pepper outside the
database, so that the mail can be written when it leaves and a copy of the database opens nothing (PEERS §1).
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM, Actor
from chiba_ward.casework import deadlines
from chiba_ward.casework.enums import Audience
from chiba_ward.correspondence.models import Notice
from chiba_ward.correspondence.placeholders import late_value
from consultations.enums import PARTNER_OPEN
from consultations.models import PartnerLink, Referral
from consultations.policy_referral import is_in_the_house, may_send_new_link
from consultations.services.referrals.locking import locked_referral, refuse_unless
from consultations.services.referrals.telling import record, tell
from consultations.workflow.errors import Refused

CODE_DIGITS = 6
TRIES = 5
CODES_AN_HOUR = 10
USED = "------"


def mail_link(referral: Referral) -> PartnerLink:
    """A new link for the agency; earlier ones of this referral close. The mail tells nothing of the content."""
    now = timezone.now()
    referral.links.filter(revoked_at__isnull=True).update(revoked_at=now)
    seed = secrets.token_hex(16)
    link = PartnerLink.objects.create(
        referral=referral,
        seed=seed,
        token_hash=_hash(_token(seed)),
        expires_at=deadlines.promise("partner.link", referral.to_office, at=now),
    )
    tell(referral, referral.to_office, "referral.waiting", link_id=link.pk)
    return link


def send_new_link(pk: int, *, by: Actor) -> PartnerLink:
    """The sender sends the agency another link, when the first was lost or has run out."""
    with locked_referral(pk, by=by) as referral:
        refuse_unless(may_send_new_link, by, referral)
        link = mail_link(referral)
        record(referral, "referral.new_link", by, audience=Audience.HOUSE)
    return link


def find(token: str) -> PartnerLink | None:
    """The link of this token while its referral is open, expired or not; a forwarded token is a known one."""
    return (
        PartnerLink.objects.select_related("referral__to_office")
        .filter(token_hash=_hash(token), revoked_at__isnull=True, referral__state__in=PARTNER_OPEN)
        .first()
    )


def is_live(link: PartnerLink) -> bool:
    return link.expires_at > timezone.now()


def renew(link: PartnerLink) -> PartnerLink | None:
    """新しい案内 on demand, always to the registered address. None while the link still opens or nothing is open."""
    with locked_referral(link.referral_id, by=SYSTEM) as referral:
        is_last = referral.links.filter(pk=link.pk, revoked_at__isnull=True).exists()
        if referral.state not in PARTNER_OPEN or is_live(link) or not is_last:
            return None
        return mail_link(referral)


def send_code(link: PartnerLink) -> None:
    """確認コード to the registered address. A new code closes the one before and gives five tries.

    Raises `Refused` for a link that has run out.
    """
    with transaction.atomic():
        row = (
            PartnerLink.objects.select_for_update(of=("self",))
            .select_related("referral__to_office")
            .get(pk=link.pk)
        )
        if not is_live(row):
            raise Refused("この案内の期限が過ぎています。新しい案内を送ってください。")
        row.code_seed = secrets.token_hex(16)
        row.code_hash = _hash(f"{row.pk}:{_code(row.code_seed)}")
        row.code_tries = 0
        row.code_expires_at = deadlines.promise("partner.code", row.referral.to_office)
        row.save(update_fields=["code_seed", "code_hash", "code_tries", "code_expires_at"])
        tell(row.referral, row.referral.to_office, "referral.code", link_id=row.pk)


def open_with_code(link: PartnerLink, code: str) -> Referral:
    """The referral, for the code that was mailed. Works once; the fifth wrong try closes the code.

    Raises `Refused` in words that do not tell a wrong code from none.
    """
    with transaction.atomic():
        row = PartnerLink.objects.select_for_update(of=("self",)).select_related("referral").get(pk=link.pk)
        right = _is_right(row, code)
        if row.code_hash:
            row.code_tries += 1
        if right or row.code_tries >= TRIES:
            row.code_hash = row.code_seed = ""
        row.save(update_fields=["code_hash", "code_seed", "code_tries"])
        left = TRIES - row.code_tries if row.code_hash else 0
    # Outside the transaction: the try stays counted.
    if right:
        return row.referral
    if left:
        raise Refused(
            f"確認コードが違います。メールのコードを、もう一度入力してください(あと{left}回)。", "code"
        )
    raise Refused("この確認コードは使えません。新しい確認コードを送ってください。", "code")


def _is_right(link: PartnerLink, code: str) -> bool:
    fresh = bool(link.code_hash and link.code_expires_at and link.code_expires_at > timezone.now())
    same = hmac.compare_digest(link.code_hash, _hash(f"{link.pk}:{code}"))
    return fresh and same and is_live(link) and not link.revoked_at and link.referral.state in PARTNER_OPEN


# -- what the mails say, made when they leave


def address(notice: Notice) -> str:
    """`{link}`: the agency's link with its token, else the page of the recipient's own face."""
    context = notice.context
    if link_id := context.get("link_id"):
        link = PartnerLink.objects.get(pk=link_id)
        return _full("partner:link", _token(link.seed))
    referral = Referral.objects.select_related("to_office").filter(pk=context.get("referral_id")).first()
    if referral is None:
        return _full("staff:case", notice.matter.receipt_no)
    if notice.office_id == referral.to_office_id and not is_in_the_house(referral.to_office):
        return _of_partner(referral)
    return _full("staff:referral_detail", notice.matter.receipt_no, referral.sequence)


def code_of(notice: Notice) -> str:
    """`{code}`: the code that is open now; a mail that leaves too late says so by dashes."""
    link = PartnerLink.objects.filter(pk=notice.context.get("link_id")).first()
    return _code(link.code_seed) if link and link.code_seed else USED


def register() -> None:
    late_value("link", address)
    late_value("code", code_of)


def _of_partner(referral: Referral) -> str:
    link = referral.links.filter(revoked_at__isnull=True).first()
    if link and is_live(link):
        return _full("partner:link", _token(link.seed))
    return _full("partner:referral", referral.pk)


def _full(name: str, *args: int | str) -> str:
    return settings.PORTAL_BASE_URL.rstrip("/") + reverse(name, args=args)


def _token(seed: str) -> str:
    return urlsafe_b64encode(_mac("partner link", seed)).decode().rstrip("=")


def _code(seed: str) -> str:
    return f"{int.from_bytes(_mac('partner code', seed)) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def _hash(secret: str) -> str:
    return _mac("stored", secret).hex()


def _mac(use: str, text: str) -> bytes:
    return hmac.new(bytes.fromhex(settings.PORTAL_PEPPER), f"{use}:{text}".encode(), hashlib.sha256).digest()
