"""Verbs of the register: enter, extend, propose to clear, confirm or keep. Each writes its line in the same transaction."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework.models import Matter
from chiba_ward.casework.search import folding, terms
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.enums import CompartmentKind
from chiba_ward.directory.models import Office
from chiba_ward.disclosure import people
from chiba_ward.disclosure.enums import HoldKind, HoldSource, HoldState, LineKind
from chiba_ward.disclosure.marks import Known, marks_of
from chiba_ward.disclosure.models import DisclosureHold, HeldPerson, HoldLine
from chiba_ward.disclosure.workflow import NotPossible

REGISTER_LOCK = 0x0D15C


@dataclass(frozen=True)
class Application:
    """One 申出, or one line of somebody's list: it adds or extends, and never takes anything away."""

    person: Known
    applied_on: dt.date
    kind: str = HoldKind.SUPPORT
    source: str = HoldSource.APPLICATION
    valid_until: dt.date | None = None
    note: str = ""


@dataclass(frozen=True)
class Entered:
    """What became of an application: `line` says it."""

    hold: DisclosureHold
    line: str


# -- in


@transaction.atomic
def enter(application: Application, *, by: Actor, office: Office | None = None) -> Entered:
    """Keep an application: of a person whose restriction is known it extends that one, else it makes a new one.

    Under one lock for the whole register, so that two lists at once make no two rows of one person. Raises NotPossible.
    """
    _refuse_unfit(application)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REGISTER_LOCK])
    known = _locked_same(application.person)
    _void_proposals(application, by, besides=known)
    return _new(application, by, office) if known is None else _extend(known, application, by)


def extend(pk: int, application: Application, *, by: Actor) -> Entered:
    """更新の申出 for this restriction. Raises DisclosureHold.DoesNotExist for one out of sight, and NotPossible."""
    _refuse_unfit(application)
    with locked(pk, by=by, right="hold.enter") as hold:
        if not hold.is_in_force:
            raise NotPossible("この制限は解除されています。登録簿から新しく登録してください。")
        return _extend(hold, application, by)


def hold_for(
    matter: Matter,
    person: Known | None = None,
    *,
    by: Actor,
    kind: str = HoldKind.DV,
    source: str = HoldSource.STAFF,
    note: str = "",
) -> DisclosureHold:
    """The restriction of the person of a matter, made in the caller's transaction; the one that stands where there is
    one. Where no name is known the matter itself is the mark, so that nothing that hangs on it leaves.

    `by` must see the matter, or be inside its compartment (`compartments.opened`).
    """
    standing = DisclosureHold.objects.in_force().of([Known(matter=matter.pk)]).order_by("pk").first()
    if standing is not None:
        return standing
    found = replace(person or people.of(matter), matter=matter.pk)
    application = Application(found, applied_on=timezone.localdate(), kind=kind, source=source, note=note)
    return _new(application, by, None).hold


def when_enclosed(matter: Matter, by: Actor) -> None:
    """A matter of violence by a partner moves into its compartment: its person is held from the same transaction on."""
    room = matter.compartment
    if room is not None and room.kind == CompartmentKind.DV and by.posting is not None:
        hold_for(matter, by=by)


def _refuse_unfit(application: Application) -> None:
    if application.applied_on > timezone.localdate():
        raise NotPossible("申出日は、今日か、それより前の日にしてください。", "applied_on")
    if application.valid_until and application.valid_until < application.applied_on:
        raise NotPossible("期限は、申出日より後にしてください。", "valid_until")
    if not application.person.name.strip():
        raise NotPossible("氏名を入力してください。", "name")
    if not marks_of(replace(application.person, matter=None)):
        raise NotPossible("姓と名を続けて入力してください。", "name")


def _locked_same(person: Known) -> DisclosureHold | None:
    """None where it has been cleared in this very moment: then she gets a new one."""
    found = _same_person(person)
    rows = DisclosureHold.objects.in_force().select_for_update(no_key=True)
    return rows.filter(pk=found.pk).first() if found else None


def _same_person(person: Known) -> DisclosureHold | None:
    """The restriction of the same name and reading whose telephone or address agrees, as far as both are known.

    Of two people who only share a name there are two restrictions: clearing one must not clear the other.
    """
    alike = DisclosureHold.objects.in_force().of([Known(name=person.name, kana=person.kana)])
    rows = alike.filter(person__isnull=False).select_related("person").order_by("-applied_on", "-pk")
    return next((hold for hold in rows if _agrees(hold.person.known, person)), None)


def _agrees(known: Known, person: Known) -> bool:
    return (
        _equal(known.name, person.name)
        and _equal(known.kana, person.kana)
        and (_equal(known.phone, person.phone) or _equal(known.address, person.address))
    )


def _equal(one: str, other: str) -> bool:
    """What is missing on one side does not contradict."""
    return not one or not other or folding.fold(one) == folding.fold(other)


def _void_proposals(application: Application, by: Actor, *, besides: DisclosureHold | None) -> None:
    """Somebody of this name has applied anew: whatever is about to be cleared under the name is looked at again."""
    alike = DisclosureHold.objects.in_force().of([replace(application.person, matter=None)])
    rows = alike.filter(state=HoldState.CLEARING).select_for_update(of=("self",), no_key=True).order_by("pk")
    for hold in rows:
        if (besides is None or hold.pk != besides.pk) and application.applied_on >= hold.applied_on:
            _void(hold, by)


def _void(hold: DisclosureHold, by: Actor) -> None:
    hold.keep()
    hold.save()
    # Its person may lie in a compartment that `by` does not see; then the line cannot be written either.
    if person := HeldPerson.objects.filter(pk=hold.pk).first():
        _line(person, LineKind.VOIDED, by)


def _new(application: Application, by: Actor, office: Office | None) -> Entered:
    person = application.person
    hold = DisclosureHold.objects.create(
        kind=application.kind,
        source=application.source,
        applied_on=application.applied_on,
        valid_until=application.valid_until,
        office=office or by.seat.post.office,
        entered_by=by.posting,
        marks=marks_of(person),
        key_id=terms.ring().current.id,
    )
    held = HeldPerson.objects.create(
        hold=hold,
        matter_id=person.matter,
        name=person.name,
        kana=person.kana,
        phone=person.phone,
        address=person.address,
    )
    _line(held, LineKind.REGISTERED, by, application)
    return Entered(hold, LineKind.REGISTERED)


def _extend(hold: DisclosureHold, application: Application, by: Actor) -> Entered:
    """The newest application wins: an older one is written down and changes nothing, least of all the date."""
    held = HeldPerson.objects.get(pk=hold.pk)
    is_older = application.applied_on < hold.applied_on
    kind = LineKind.OLDER if is_older else LineKind.EXTENDED
    _line(held, kind, by, application)
    hold.marks, hold.key_id = _all_marks(held), terms.ring().current.id
    if not is_older:
        hold.valid_until = _later(hold, application)
        hold.applied_on, hold.kind = application.applied_on, application.kind
        hold.source = application.source
        if hold.state == HoldState.CLEARING:
            hold.keep()
            _line(held, LineKind.VOIDED, by)
        _take_over(held, application.person)
    hold.save()
    return Entered(hold, kind)


def _later(hold: DisclosureHold, application: Application) -> dt.date | None:
    """That of the newer application; of two on one day the one that holds longer."""
    if application.applied_on > hold.applied_on:
        return application.valid_until
    if application.valid_until is None or hold.valid_until is None:
        return None
    return max(application.valid_until, hold.valid_until)


def _take_over(held: HeldPerson, person: Known) -> None:
    """What the newest application says, as far as it says anything."""
    for name in ("name", "kana", "phone", "address"):
        if value := getattr(person, name):
            setattr(held, name, value)
    held.save()


# -- out


@contextmanager
def locked(pk: int, *, by: Actor, right: str) -> Iterator[DisclosureHold]:
    """The restriction under its lock, of one whom the policy lets. Raises DisclosureHold.DoesNotExist."""
    with transaction.atomic():
        rows = DisclosureHold.objects.visible_to(by).select_related("person")
        hold = rows.select_for_update(of=("self",), no_key=True).get(pk=pk)
        if not allows(by, right, hold):
            raise DisclosureHold.DoesNotExist
        yield hold


def propose(pk: int, *, by: Actor, reason: str) -> DisclosureHold:
    """解除の提案. It goes on holding. Raises DisclosureHold.DoesNotExist and NotPossible."""
    with locked(pk, by=by, right="hold.clear") as hold:
        if hold.state != HoldState.HELD:
            raise NotPossible(_not_now(hold))
        if not reason.strip():
            raise NotPossible("解除してよいと考える理由を書いてください。", "reason")
        hold.propose(by=by.seat, at=timezone.now())
        hold.save()
        _line(hold.person, LineKind.PROPOSED, by, text=reason.strip())
    return hold


def confirm(pk: int, *, by: Actor) -> DisclosureHold:
    """解除, by another person than the one who proposed it. Raises DisclosureHold.DoesNotExist and NotPossible."""
    with locked(pk, by=by, right="hold.clear") as hold:
        if hold.state != HoldState.CLEARING:
            raise NotPossible(_not_now(hold))
        hold.clear(by=by.seat, at=timezone.now())
        hold.save()
        _line(hold.person, LineKind.CLEARED, by)
    return hold


def keep(pk: int, *, by: Actor, reason: str = "") -> DisclosureHold:
    """解除しない: the proposal is taken back or refused. Raises DisclosureHold.DoesNotExist and NotPossible."""
    with locked(pk, by=by, right="hold.clear") as hold:
        if hold.state != HoldState.CLEARING:
            raise NotPossible(_not_now(hold))
        hold.keep()
        hold.save()
        _line(hold.person, LineKind.KEPT, by, text=reason.strip())
    return hold


def _not_now(hold: DisclosureHold) -> str:
    if hold.state == HoldState.CLEARED:
        return "この制限は、すでに解除されています。"
    if hold.state == HoldState.CLEARING:
        return "解除は、すでに提案されています。別の人の確認を待っています。"
    return "解除の提案がありません。新しい申出で取り消されたかもしれません。経過を見てください。"


def _line(
    person: HeldPerson,
    kind: str,
    by: Actor,
    application: Application | None = None,
    *,
    text: str = "",
) -> None:
    of = application
    HoldLine.objects.create(
        person=person,
        kind=kind,
        posting=by.posting,
        source=of.source if of else "",
        applied_on=of.applied_on if of else None,
        valid_until=of.valid_until if of else None,
        given=_given(of.person) if of else {},
        text=(of.note if of else text)[:500],
    )


def _given(person: Known) -> dict[str, str]:
    return {
        name: getattr(person, name) for name in ("name", "kana", "phone", "address") if getattr(person, name)
    }


# -- under a new key


def renew_marks() -> int:
    """Write the marks anew that were made under an older search key; how many. Before the old key leaves the ring."""
    key, written = terms.ring().current, 0
    with compartments.everywhere("marks of restrictions are renewed"):
        for pk in DisclosureHold.objects.exclude(key_id=key.id).order_by("pk").values_list("pk", flat=True):
            hold = DisclosureHold.objects.select_for_update(no_key=True).get(pk=pk)
            hold.marks, hold.key_id = _all_marks(HeldPerson.objects.get(pk=pk)), key.id
            hold.save(
                update_fields=["marks", "key_id"]
            )  # `changed_at` stays: nothing else is held than before
            written += 1
    return written


def _all_marks(held: HeldPerson) -> list[int]:
    """Of what was ever given: where she lived before stays hidden as well."""
    lines = [Known(**given) for given in (line.given for line in held.lines.all()) if given]
    return sorted({mark for known in (held.known, *lines) for mark in marks_of(known)})


def is_matter_held(matter: Model) -> bool:
    """Whether a restriction hangs on this matter itself: then somebody has decided."""
    return DisclosureHold.objects.in_force().of([Known(matter=matter.pk)]).exists()
