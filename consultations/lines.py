"""How staff read a line of the timeline; the resident reads `casework.sentences`."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import sentences
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import TimelineEntry
from consultations import policy
from consultations.models import Consultation

HOUSE_LINES = {
    "consultation.assigned": "{office}に振り分けた",
    "consultation.given": "{to}さん・職に渡した",
    "consultation.taken": "担当になった",
    "consultation.urgency_set": "緊急度を {level} と決めた",
    "consultation.fields_set": "相談種別を記録した",
    "consultation.note": "庁内の記録",
    "consultation.entered": "窓口・電話の相談を代わりに入力した",
    "consultation.relayed": "連携先のシステムから、本人が入力した相談を受け取った",
    "consultation.corrected": "入力を訂正した",
    "consultation.not_protected": "保護が必要な通告・相談には当たらないと確かめた",
    "consultation.person_added": "困っている本人を足した",
    "consultation.person_corrected": "人の記録を直した",
    "consultation.person_removed": "人の記録を消した",
    "consultation.linked": "ほかの相談と結び付けた",
    "consultation.split": "相談を分けた",
    "consultation.split_from": "元の相談から分けた",
    "consultation.asked": "相談者に質問を送った（返事を待つ）",
    "consultation.replied": "相談者に回答を送った",
    "consultation.message_received": "相談者から連絡があった",
    "consultation.working_again": "対応に戻した",
    "consultation.watching": "見守りにした",
    "consultation.closed": "完了にした",
    "consultation.withdrawn": "取下げにした",
    "consultation.reopened": "再開した",
    "referral.held": "つなぎを送る操作をした（5分間は取り消せる）",
    "referral.held_back": "つなぎを送る前に取り消した",
    "referral.opened": "つなぎ先が開いた",
    "referral.reminded": "つなぎ先に催促した",
    "referral.late": "つなぎ先の返事が遅れている",
    "referral.head_told": "つなぎの遅れを所属長に知らせた",
    "referral.escalated": "つなぎの遅れを上の課に知らせた",
    "referral.new_link": "つなぎ先に新しい案内を送った",
    "referral.call_partner": "つなぎ先に電話する用件ができた",
    "referral.progress": "つなぎ先から途中の知らせ",
    "consent.recorded": "本人の同意を記録した",
    "consent.withdrawn": "本人の同意の撤回を記録した",
    "support.meeting_planned": "{what}を準備し始めた",
    "support.members_fixed": "{what}の構成員を確定した（{members}人）",
    "support.members_reopened": "{what}の構成員を決め直すことにした",
    "support.meeting_held": "{what}を開いた",
    "support.meeting_cancelled": "{what}を中止した",
    "support.minutes_approved": "{what}の会議録を確定した",
    "support.review_set": "{what}の次に見直す日を決めた",
    "support.consent_gone": "同意が取りやめになり、会議で話す人から外れた",
    "support.task_done": "{office}が役割を済ませた",
    "support.plan_started": "支援プランを作り始めた",
    "support.plan_decided": "支援プランを決定した",
    "support.plan_monitored": "支援プランの様子を確かめた",
    "support.plan_closed": "支援プランを終えた",
    "support.succeeded": "組織改正により、会議・プランを引き継いだ",
    "file.infected": "{file}を、ウイルスのおそれがあるため、だれも開けないようにした",
    "file.not_scanned": "{file}のウイルス検査が、まだできていない",
    "file.scanned_after_all": "{file}のウイルス検査が済み、開けるようになった",
    "file.lost": "{file}が、保存中に失われた。あれば、もう一度もらう",
    "file.found": "{file}が、元に戻った",
    "consultation.succeeded": "組織改正により、{from_office}から{office}が引き継いだ",
    "consultation.escalated": "{to}に知らせた（{why}）",
}


def register(lines: Mapping[str, str]) -> None:
    """The sentences of a package above: `kind` and what the house reads, words of the line's data in braces."""
    HOUSE_LINES.update(lines)


@dataclass(frozen=True)
class Line:
    """`is_house`: the resident does not see it."""

    at: dt.datetime
    title: str
    body: str
    who: str
    is_house: bool


def lines_for(actor: Actor, case: Consultation, entries: Iterable[TimelineEntry]) -> list[Line]:
    """The lines as this actor may read them: what the house wrote to itself, only with the right to its notes.

    Everybody reads again what they wrote themselves.
    """
    reads_notes = policy.may_read_notes(actor, case)
    return [
        line_of(entry, with_text=(reads_notes or _is_own(entry, actor)) and not _names_notifier(entry, case))
        for entry in entries
    ]


def _names_notifier(entry: TimelineEntry, case: Consultation) -> bool:
    """What stood before a correction names who spoke; of a protected matter that is read on one page alone (児童虐待防止法7条)."""
    return case.protected_at is not None and entry.kind == "consultation.corrected"


def _is_own(entry: TimelineEntry, actor: Actor) -> bool:
    is_mine = actor.posting is not None and entry.posting_id == actor.posting.pk
    return is_mine or entry.audience == Audience.CITIZEN


def line_of(entry: TimelineEntry, *, with_text: bool = True) -> Line:
    """The sentence of the house, else the resident's own; the day stands beside it, so it is not said twice."""
    title = title_of(entry)
    body = entry.text if with_text and entry.text != title else ""
    return Line(entry.at, title, body, entry.actor_label, entry.audience == Audience.HOUSE)


def title_of(entry: TimelineEntry) -> str:
    if pattern := HOUSE_LINES.get(entry.kind):
        return pattern.format_map(defaultdict(str, entry.data))
    prefix = sentences.dated(timezone.localtime(entry.at).date(), "", "ja")
    return sentences.sentence(entry).removeprefix(prefix) or "庁内の記録"
