"""通告を電話で受けた: entered as it is heard, enclosed in the transaction that writes it; anonymous as often as not."""

from collections.abc import Collection, Mapping

from django.db import transaction

from chiba_ward.access.actor import Actor
from chiba_ward.casework.enums import Channel
from chiba_ward.compartments import services as compartments
from chiba_ward.correspondence.enums import Medium
from chiba_ward.directory.models import Ward
from consultations.enums import ConsultantKind
from consultations.protection.models import AbuseNotification
from consultations.protection.services import notifiers
from consultations.protection.services.confirming import HandOff, Taken, enclose_new
from consultations.services import filing

SUBJECT = "電話で受けた通告・通報"


def receive(
    *,
    by: Actor,
    kinds: Collection[str],
    ward: Ward | None,
    body: str,
    notifier: Mapping[str, str],
    place: str = "",
    handed: HandOff | None = None,
) -> Taken:
    """A consultation that nobody outside the compartment ever saw. `place`: where the person concerned is, as told.

    Raises `Refused`.
    """
    with transaction.atomic():
        filed = filing.file(
            filing.Filing(
                chief_concern=SUBJECT,
                body=body,
                consultant_kind=ConsultantKind.ANONYMOUS,
                ward=ward,
                subject=filing.Person(address=place),
                contact={"preferred": Medium.PORTAL, "no_home_contact": True},
                channel=Channel.TELEPHONE,
            ),
            by=by,
        )
        taken = enclose_new(filed.consultation, kinds, by=by, handed=handed)
        with compartments.opened((taken.compartment,), reason="who notified is written apart"):
            notifiers.write_down(AbuseNotification.objects.get(pk=taken.pk), dict(notifier))
    return taken
