"""つなぎ from every office that may send, to everybody who may receive, in the states in which rights begin and end."""

from collections.abc import Callable

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import attachments
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import Attachment
from chiba_ward.directory.models import Office
from consultations.enums import ExcerptItem
from consultations.models import ConsentGrant, Consultation, PartnerLink, Referral
from consultations.services import referrals
from consultations.services.referrals import links
from consultations.services.referrals.preparing import offered_lines
from tests.guards.plugins.furnish import _picture, office_by_link
from tests.matrix import stages_consultation as cases
from tests.matrix.actors import in_office
from tests.matrix.stages import Names, Stage, World, canary_of, setting

ITEMS = [ExcerptItem.NAME, ExcerptItem.CONCERN, ExcerptItem.BODY, ExcerptItem.FILES]
Step = Callable[[World, Referral], object]


def draft(world: World, stage: Stage, by: str, desk: str, to: str) -> Referral:
    """On consent, with a file of the case among the items, ready to be sent."""
    sender = world.by(by)
    case = cases._file(world, stage, Actor())
    attachments.attach(case.matter, _picture(), Actor(matter_id=case.pk), audience=Audience.CITIZEN)
    if desk != "wakaba-somu":  # there it already is, and reception sees it until it is sorted
        cases._assigned(world, case, "triage desk", desk)
    office = office_by_link() if to == "mihon-link" else Office.objects.get(code=to)
    referral = referrals.draft(case.pk, by=sender, to_office=office, purpose="ご本人に連絡してください。")
    consent = referrals.record_consent(
        case.pk, by=sender, to_office=office, items=ITEMS, method="oral", obtained_on=timezone.localdate()
    )
    referrals.set_ground(referral.pk, by=sender, consent=consent)
    referral.refresh_from_db()
    texts = {line.key: line.text for line in offered_lines(referral) if line.item in ITEMS}
    referrals.choose_items(referral.pk, by=sender, texts=texts)
    referral.refresh_from_db()
    _remember(world, stage, case, consent)
    return referral


def _remember(world: World, stage: Stage, case: Consultation, consent: ConsentGrant) -> None:
    """The case, the consent and the file that came with it are stages of their own."""
    world.rows["consultation", f"of {stage.name}"] = (Consultation, case.pk)
    world.rows["consent", f"of {stage.name}"] = (ConsentGrant, consent.pk)
    file = Attachment.objects.get(matter=case.matter)
    world.rows["attachment", f"of {stage.name}"] = (Attachment, file.pk)


def send(world: World, referral: Referral) -> None:
    by = _sender(world, referral)
    referrals.send(referral.pk, by=by, seen=referrals.preview_digest(referral))
    referrals.release(referral.pk)


def open_by(person: str) -> Step:
    return lambda world, referral: referrals.acknowledge(referral.pk, by=world.by(person))


def open_by_link(world: World, referral: Referral) -> None:
    referrals.acknowledge(referral.pk, by=Actor(referral_id=referral.pk))


def recall(world: World, referral: Referral) -> None:
    referrals.recall(referral.pk, by=_sender(world, referral), reason="まちがい")


def decline(world: World, referral: Referral) -> None:
    referrals.decline(referral.pk, by=world.by("partner"), reason="担当ではない", better_place="分からない")


def finish(world: World, referral: Referral) -> None:
    partner = world.by("partner")
    referrals.accept(referral.pk, by=partner, name="受手", first_contact_on=timezone.localdate())
    referrals.contact_made(referral.pk, by=partner)
    referrals.report_outcome(
        referral.pk, by=partner, done="訪問", result="申請", continues=False, next_step=""
    )


def withdraw_consent(world: World, referral: Referral) -> None:
    assert referral.consent_id is not None
    referrals.withdraw_consent(referral.consent_id, by=_sender(world, referral))


def return_unanswered(world: World, referral: Referral) -> None:
    referrals.return_unanswered(referral.pk)


def _sender(world: World, referral: Referral) -> Actor:
    return next(
        seen for seen in world.seen_as.values() if seen.posting and seen.posting == referral.created_by
    )


def _stage(
    name: str,
    to: str,
    *steps: Step,
    by: str = "section",
    desk: str = "wakaba-korei",
    still: frozenset[str] | None = None,
    **more: Names,
) -> Stage:
    """`more`: the relations of the receiving side; those of the sending office are the same in every state."""

    def make(world: World, stage: Stage) -> Referral:
        referral = draft(world, stage, by, desk, to)
        for step in steps:
            step(world, referral)
        row = Referral.objects.get(pk=referral.pk)
        world.keys[stage.name] = row.pk
        return row

    senders = in_office(desk)
    stands = {"of_visible_case": senders, "sent_by_my_office": senders, "sender": senders}
    parts = {"excerpt": canary_of("referral", name)}
    return Stage("referral", name, make, {**stands, **more}, still=still, parts=parts)


def received(*people: str, opened: bool = False) -> dict[str, Names]:
    """What an open つなぎ means to the people of the office it went to."""
    names = frozenset(people)
    found = {"receiver": names, "received_and_open": names}
    return {**found, "opened_here": names} if opened else found


def came_by_link(person: str, *, opened: bool = False) -> dict[str, Names]:
    names = frozenset({person})
    found = {"link_receiver": names, "by_link": names}
    return {**found, "opened_by_link": names} if opened else found


CAME_BACK = frozenset({"read", "sheet", "redirect"})
ANSHIN, PARTNER = "wakaba-anshin-1", frozenset({"partner"})
HEALTH = {"by": "specialist", "desk": "wakaba-kenko"}
FAMILY = {"by": "abuse team", "desk": "wakaba-kodomo"}
COMMUNITY = {"by": "community section", "desk": "wakaba-chiiki"}
STAGES = setting(
    _stage("draft", ANSHIN, receiver=PARTNER),
    _stage("draft of the triage desk", ANSHIN, by="triage desk", desk="wakaba-somu", receiver=PARTNER),
    _stage("sent", ANSHIN, send, **received("partner")),
    _stage("opened", ANSHIN, send, open_by("partner"), **received("partner", opened=True)),
    _stage("draft of the health section", ANSHIN, receiver=PARTNER, **HEALTH),
    _stage("sent by the health section", ANSHIN, send, **HEALTH, **received("partner")),
    _stage("draft of the family section", ANSHIN, receiver=PARTNER, **FAMILY),
    _stage("sent by the family section", ANSHIN, send, **FAMILY, **received("partner")),
    _stage("sent by the community section", ANSHIN, send, **COMMUNITY, **received("partner")),
    _stage(
        "to the bureau, opened", "korei-fukushi", send, open_by("bureau"), **received("bureau", opened=True)
    ),
    _stage("to another partner", "jiritsu", send, **received("another partner")),
    _stage(
        "to a section elsewhere, opened",
        "midori-korei",
        send,
        open_by("section elsewhere"),
        **received("section elsewhere", opened=True),
    ),
    _stage(
        "to the health section, opened",
        "wakaba-kenko",
        send,
        open_by("specialist"),
        **received("specialist", opened=True),
    ),
    _stage(
        "to the family section, opened",
        "wakaba-kodomo",
        send,
        open_by("abuse team"),
        **received("abuse team", opened=True),
    ),
    _stage(
        "to the community section, opened",
        "wakaba-chiiki",
        send,
        open_by("community section"),
        **received("community section", "area officer", opened=True),
    ),
    _stage("sent by link", "mihon-link", send, **came_by_link("holder of a new link")),
    _stage(
        "sent by link, opened", "mihon-link", send, open_by_link, **came_by_link("link holder", opened=True)
    ),
    _stage(
        "sent by link, recalled",
        "mihon-link",
        send,
        recall,
        link_receiver=frozenset({"holder of a link that ended"}),
    ),
    _stage("recalled", ANSHIN, send, recall, receiver=PARTNER),
    _stage("declined", ANSHIN, send, decline, receiver=PARTNER),
    _stage("unanswered", ANSHIN, send, return_unanswered, receiver=PARTNER),
    _stage("consent withdrawn", ANSHIN, send, open_by("partner"), withdraw_consent, receiver=PARTNER),
    _stage("finished", ANSHIN, send, finish, receiver=PARTNER),
)


def token_of(world: World, stage: str) -> str:
    """The token of the address in the last mail to the agency."""
    found = PartnerLink.objects.filter(referral=world.keys[stage]).order_by("-id")[0]
    return links._token(found.seed)
