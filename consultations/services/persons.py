"""世帯の人: staff add, correct and remove the persons concerned, one by one (DOMAIN §1 finding 9)."""

from typing import Any

from django.db.models import CASCADE, SET_NULL, ForeignObjectRel, ProtectedError

from chiba_ward.access.actor import Actor
from chiba_ward.casework import timeline
from chiba_ward.casework.search import index
from consultations.enums import PartyKind
from consultations.models import Consultation, Party
from consultations.services.base import locked_case
from consultations.workflow.errors import Refused

FIELDS = ("relation", "name", "kana", "age_band", "phone", "address", "contact_note")
WHERE = {"phone": "電話番号", "address": "住所"}
IN_USE = (
    "この人の同意・つなぎ・会議・支援プランの記録があるので、消せません。まちがいは「直す」で直してください。"
)


def add(case_pk: int, *, by: Actor, **known: str) -> Party:
    """One more person concerned, with their own rule of contact."""
    with locked_case(case_pk, by=by, right="consultation.work") as case:
        party: Party = Party.objects.create(consultation=case, kind=PartyKind.SUBJECT, **_of(known))
        index.refresh(case.matter)
        timeline.record(case.matter, "consultation.person_added", by)
    return party


def correct(case_pk: int, pk: int, *, by: Actor, **known: str) -> Party:
    """Right what was wrong; what stood before stays with the notes of the house."""
    with locked_case(case_pk, by=by, right="consultation.work") as case:
        party = _subject(case, pk)
        before = _in_words(party)
        for name, value in _of(known).items():
            setattr(party, name, value)
        party.save()
        index.refresh(case.matter)
        timeline.record(case.matter, "consultation.person_corrected", by, text=f"直す前：{before}")
    return party


def remove(case_pk: int, pk: int, *, by: Actor) -> None:
    """Take back who was added by mistake. Whoever consented, was handed on or discussed stays in the record."""
    with locked_case(case_pk, by=by, right="consultation.work") as case:
        party = _subject(case, pk)
        if _is_named_elsewhere(party):
            raise Refused(IN_USE)
        before = _in_words(party)
        try:
            party.delete()
        except ProtectedError as error:
            raise Refused(IN_USE) from error
        index.refresh(case.matter)
        timeline.record(case.matter, "consultation.person_removed", by, text=f"消す前：{before}")


def _is_named_elsewhere(party: Party) -> bool:
    """Where a row would go or forget with the person: that is for a notifier who is set apart, and for nobody else."""
    fields = Party._meta.get_fields(include_hidden=True)
    lets_go = (CASCADE, SET_NULL)
    relations = [one for one in fields if isinstance(one, ForeignObjectRel) and one.on_delete in lets_go]
    return any(
        one.related_model._base_manager.filter(**{one.field.name: party}).exists() for one in relations
    )


def _subject(case: Consultation, pk: int) -> Party:
    found: Party = case.parties.get(pk=pk, kind=PartyKind.SUBJECT)
    return found


def _of(known: dict[str, Any]) -> dict[str, str]:
    return {name: known.get(name) or "" for name in FIELDS}


def _in_words(party: Party) -> str:
    """Without telephone and address: the gate does not read notes (ADR 0021). That there was one is said."""
    words = [str(getattr(party, name)) for name in FIELDS if name not in WHERE and getattr(party, name)]
    words += [f"（{label}あり）" for name, label in WHERE.items() if getattr(party, name)]
    return " ".join(words) or "（記録なし）"
