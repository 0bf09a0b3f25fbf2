"""What did not arrive: the next safe way by itself, otherwise a person of the office decides."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.compartments import services as compartments
from chiba_ward.correspondence import safe_contact, texts
from chiba_ward.correspondence.enums import DeliveryState, Medium, RecipientKind
from chiba_ward.correspondence.models import Delivery
from chiba_ward.correspondence.querysets import TROUBLED
from chiba_ward.directory.models import Posting


class NotPossibleError(Exception):
    """`message` is Japanese and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def fall_back(delivery: Delivery) -> Delivery | None:
    """Put a notice for a resident on the call list or into the print queue when its mail came back (J1).

    None when neither is permitted: the delivery stays in the list of failures of its office.
    """
    from chiba_ward.correspondence.notices import open_delivery

    if delivery.notice.recipient_kind != RecipientKind.CITIZEN or delivery.handled_at:
        return None
    medium = safe_contact.next_medium(texts.card_of(delivery.notice))
    if medium is None:
        return None
    _handled(delivery, None, f"{medium.label}に切り替えました")
    return open_delivery(delivery.notice, medium, delivery.office)


@transaction.atomic
def send_again(delivery: Delivery, medium: Medium, actor: Actor) -> Delivery:
    """A person decides to use this medium now. Raises NotPossibleError when it is not safe or already dealt with."""
    from chiba_ward.correspondence.notices import open_delivery

    troubled = _locked(delivery)
    allowed = _may_use(troubled, medium)
    if not allowed:
        raise NotPossibleError(allowed.reason)
    _handled(troubled, actor.posting, f"{medium.label}でもう一度送ります")
    return open_delivery(troubled.notice, medium, troubled.office)


@transaction.atomic
def close(delivery: Delivery, actor: Actor) -> None:
    """It was dealt with by other means. Raises NotPossibleError."""
    _handled(_locked(delivery), actor.posting, "対応済み")


def mark_bounced(message_id: str) -> bool:
    """A failure report came in for this Message-ID. False when it is not one of ours, or was known before."""
    found = Delivery.objects.filter(message_id=message_id)
    for compartment in compartments.rounds(found, "compartment"):
        with compartments.work(compartment, reason="a mail came back"), compartments.atomic():
            if _bounced(message_id):
                return True
    return False


def _bounced(message_id: str) -> bool:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("notice__matter", "office")
    states = (DeliveryState.SENT, DeliveryState.MAYBE_SENT, DeliveryState.SENDING)
    delivery = rows.filter(message_id=message_id, state__in=states).exclude(message_id="").first()
    if delivery is None:
        return False
    from chiba_ward.correspondence.notices import settle

    settle(delivery, DeliveryState.BOUNCED, "送った後に、届かなかったという知らせが来ました")
    fall_back(delivery)
    return True


def _locked(delivery: Delivery) -> Delivery:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("notice__matter", "office")
    found = rows.get(pk=delivery.pk)
    if found.state not in TROUBLED or found.handled_at:
        raise NotPossibleError("この連絡は、ほかの人がすでに対応しています。一覧を開き直してください。")
    return found


def _may_use(delivery: Delivery, medium: Medium) -> safe_contact.Permission:
    if delivery.notice.recipient_kind == RecipientKind.CITIZEN:
        return safe_contact.permitted(texts.card_of(delivery.notice), medium)
    if medium == Medium.EMAIL:
        return safe_contact.YES
    return safe_contact.Permission(False, "課・機関や職員への通知は、メールで送り直してください。")


def _handled(delivery: Delivery, by: Posting | None, how: str) -> None:
    delivery.handled_at, delivery.handled_by = timezone.now(), by
    delivery.reason = f"{delivery.reason} / {how}".strip(" /")[:200]
    delivery.save(update_fields=["handled_at", "handled_by", "reason"])
