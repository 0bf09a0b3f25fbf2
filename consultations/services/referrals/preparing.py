"""Before anything leaves: where to, on what ground, and exactly which words (ASSURANCE threat 14, OU7)."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Max

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import roles_for
from chiba_ward.casework import timeline
from chiba_ward.casework.enums import Audience
from chiba_ward.directory.models import Office, Posting
from chiba_ward.directory.selectors import offices_for_referral
from consultations.enums import ConsentMethod, ExcerptItem, ReferralRoute
from consultations.excerpt import ExcerptLine, lines_of, with_contact_rules
from consultations.models import ConsentGrant, LegalGround, Party, Referral, ReferralItem
from consultations.policy_referral import may_edit, may_refer
from consultations.services.base import locked_case
from consultations.services.referrals.locking import locked_referral, refuse_unless
from consultations.workflow.errors import Refused
from consultations.workflow.referral import speaks_for

TEXT_LIMIT = 5000


def draft(
    case_pk: int,
    *,
    by: Actor,
    to_office: Office,
    purpose: str,
    ground: LegalGround | None = None,
    basis_note: str = "",
    urgent: bool = False,
    route: str = "",
) -> Referral:
    """A new つなぎ as a draft. Without `route` the best way that the office has is taken.

    Raises `Consultation.DoesNotExist` for a case out of sight and `Refused` for an office that is not in the
    address book, is the sender itself, or cannot be reached by `route`.
    """
    with locked_case(case_pk, by=by) as case:
        if by.posting is None or not may_refer(by, case):
            raise Refused("つなぐのは、この相談を預かっている課です。先に担当の課を決めてください。")
        _in_address_book(to_office, by)
        return Referral.objects.create(
            consultation=case,
            sequence=(case.referrals.aggregate(last=Max("sequence"))["last"] or 0) + 1,
            from_office=by.posting.post.office,
            to_office=to_office,
            created_by=by.posting,
            purpose=purpose,
            ground=ground,
            basis_note=basis_note if ground else "",
            is_urgent=urgent,
            route=_route(to_office, route),
        )


def change_addressee(
    pk: int, *, by: Actor, to_office: Office, purpose: str, urgent: bool, route: str = ""
) -> Referral:
    """Choose another place for a draft. A consent that names another recipient no longer counts."""
    with locked_referral(pk, by=by) as referral:
        refuse_unless(may_edit, by, referral)
        _in_address_book(to_office, by)
        if referral.to_office_id != to_office.pk:
            referral.consent = None
        referral.to_office, referral.purpose, referral.is_urgent = to_office, purpose, urgent
        referral.route = _route(to_office, route)
    return referral


def set_ground(
    pk: int,
    *,
    by: Actor,
    ground: LegalGround | None = None,
    basis_note: str = "",
    consent: ConsentGrant | None = None,
) -> Referral:
    """A ground of the law and why it holds here, or else the consent. What the consent does not cover is taken out again.

    Raises `Refused` when the consent is withdrawn, has run out, or names another recipient or case.
    """
    with locked_referral(pk, by=by) as referral:
        refuse_unless(may_edit, by, referral)
        if ground is None:
            _usable(referral, consent)
            referral.ground, referral.basis_note, referral.consent = None, "", consent
            referral.items.exclude(item__in=consent.items if consent else []).delete()
            for item in referral.items.select_related("person"):
                if not speaks_for(consent, item.person):
                    item.delete()
        elif not basis_note:
            raise Refused("同意によらない理由を入力してください。", "basis_note")
        else:
            referral.ground, referral.basis_note, referral.consent = ground, basis_note, None
    return referral


def record_consent(
    case_pk: int,
    *,
    by: Actor,
    to_office: Office,
    items: Iterable[str],
    method: str,
    obtained_on: dt.date,
    valid_until: dt.date | None = None,
    paper_location: str = "",
    person: Party | None = None,
) -> ConsentGrant:
    """The consent of one person for one recipient, item by item (DOMAIN A1). Staff record it.

    The rules of safe contact join whenever a telephone number, mail or postal address is named.
    Raises `Refused` when no item is named, a signed paper has no place, or a date is impossible.
    """
    named = with_contact_rules({ExcerptItem(item) for item in items})
    if not named:
        raise Refused("渡してよい項目を一つ以上選んでください。", "items")
    if method == ConsentMethod.WRITTEN and not paper_location:
        raise Refused("署名した紙の保管場所を入力してください。", "paper_location")
    if valid_until and valid_until < obtained_on:
        raise Refused("「いつまで」は、同意を得た日からあとの日にしてください。", "valid_until")
    with locked_case(case_pk, by=by) as case:
        if person and person.consultation_id != case.pk:
            raise Refused("同意した人を、この相談の中から選んでください。", "person")
        consent = ConsentGrant.objects.create(
            consultation=case,
            person=person,
            to_office=to_office,
            items=[item for item in ExcerptItem.values if item in named],
            method=method,
            obtained_on=obtained_on,
            valid_until=valid_until,
            paper_location=paper_location,
            recorded_by=by.posting,
        )
        names = to_office.words_on(obtained_on)
        timeline.record(
            case.matter, "consent.recorded", by, audience=told_of(consent), consent=consent.pk, **names
        )
    return consent


def told_of(consent: ConsentGrant) -> Audience:
    """Whoever filed reads of their own consents; those of others in the household are none of their business."""
    return Audience.CITIZEN if consent.is_of_the_filer else Audience.HOUSE


def choose_items(pk: int, *, by: Actor, texts: Mapping[str, str]) -> Referral:
    """Take lines of the case into the excerpt: `texts` maps the key of a line to the words to hand over.

    Words may be cut, not added to: what must be explained belongs into the purpose. Raises `Refused` with the
    line's key as field for an item without consent, an empty or a longer text.
    """
    with locked_referral(pk, by=by) as referral:
        refuse_unless(may_edit, by, referral)
        lines = {line.key: line for line in offered_lines(referral)}
        chosen = _with_rules({key: texts[key] for key in texts if key in lines}, lines)
        if not chosen:
            raise Refused("渡す項目を一つ以上選んでください。")
        for key, text in chosen.items():
            _check(lines[key], text, referral)
        referral.items.all().delete()
        ReferralItem.objects.bulk_create(
            ReferralItem(
                referral=referral,
                item=line.item,
                text=chosen[key].strip(),
                attachment=line.attachment,
                person=line.person,
                order=order,
            )
            for order, (key, line) in enumerate(lines.items())
            if key in chosen
        )
    return referral


def offered_lines(referral: Referral) -> list[ExcerptLine]:
    """The lines of the case that may be chosen at all, whatever the ground."""
    return [line for line in lines_of(referral.consultation) if not line.withheld]


def covered(referral: Referral, item: str, person: Party | None = None) -> bool:
    """Whether the ground of this referral allows the item. Another legal ground is answered for by a person.

    The consent of one of the persons concerned is about that person alone, never about another of the household.
    """
    if not referral.rests_on_consent:
        return True
    consent = referral.consent
    return bool(consent and item in consent.items) and speaks_for(consent, person)


def route_options(office: Office) -> list[ReferralRoute]:
    """The ways in which this office can be reached, the best first. Paper always works."""
    ways, receivers = [], roles_for("referral.answer")
    if office.posts.filter(role__in=receivers, postings__in=Posting.objects.active_on()).exists():
        ways.append(ReferralRoute.ACCOUNT)
    elif office.notify_email:
        ways.append(ReferralRoute.LINK)
    return [*ways, ReferralRoute.PAPER]


def preview_digest(referral: Referral) -> str:
    """What the sender saw: sending with another digest means that the draft changed meanwhile."""
    seen = [
        referral.to_office_id, referral.purpose, referral.ground_words, referral.basis_note, referral.consent_id,
        referral.is_urgent, referral.route,
        [[item.item, item.text, item.attachment_id] for item in referral.items.all()],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()[:16]


@transaction.atomic
def discard(pk: int, *, by: Actor) -> None:
    """Throw a draft away; nothing has left the house. Raises `Refused` once it was sent."""
    referral = Referral.objects.visible_to(by).select_for_update(of=("self",)).get(pk=pk)
    refuse_unless(may_edit, by, referral)
    referral.delete()


def _route(office: Office, wanted: str) -> str:
    ways = route_options(office)
    if not wanted:
        return ways[0]
    if wanted not in ways:
        raise Refused("この先は、選んだ方法では受けられません。ほかの方法を選んでください。", "route")
    return wanted


def _in_address_book(office: Office, by: Actor) -> None:
    own = by.posting.post.office if by.posting else None
    if own and own.pk == office.pk:
        raise Refused("つなぎ先には、自分の課以外を選んでください。", "to_office")
    if not offices_for_referral(own).filter(pk=office.pk).exists():
        raise Refused("つなぎ先を、名簿の中から選んでください。", "to_office")


def _usable(referral: Referral, consent: ConsentGrant | None) -> None:
    if consent is None or consent.consultation_id != referral.consultation_id:
        raise Refused("この相談で得た同意を選んでください。", "consent")
    if consent.to_office_id != referral.to_office_id:
        raise Refused("選んだ同意は、別の相手に渡すためのものです。", "consent")
    if not ConsentGrant.objects.in_force().filter(pk=consent.pk).exists():
        raise Refused("選んだ同意は、撤回されたか期限が過ぎています。", "consent")


def _with_rules(chosen: dict[str, str], lines: Mapping[str, ExcerptLine]) -> dict[str, str]:
    rules = ExcerptItem.CONTACT_RULES
    items = with_contact_rules({lines[key].item for key in chosen})
    if rules in items and rules in lines and rules not in chosen:
        return {**chosen, rules: lines[rules].text}
    return chosen


def _check(line: ExcerptLine, text: str, referral: Referral) -> None:
    if not covered(referral, line.item, line.person):
        raise Refused(f"「{line.title}」を渡す同意がありません。外すか、同意を得てください。", line.key)
    if not text.strip():
        raise Refused(f"「{line.label}」の内容が空です。渡さないときは、印を外してください。", line.key)
    if len(_plain(text)) > len(_plain(line.text)):
        raise Refused(
            f"「{line.label}」が元の文より長くなっています。書き足すことは「お願いしたいこと」に書いてください。",
            line.key,
        )
    if line.item == ExcerptItem.CONTACT_RULES and _plain(text) != _plain(line.text):
        raise Refused("「連絡のしかたの希望」は、短くせずそのまま渡してください。", line.key)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
