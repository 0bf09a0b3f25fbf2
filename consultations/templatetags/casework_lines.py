"""How staff read a line of the timeline; the resident reads `casework.sentences`."""

from django import template

from chiba_ward.casework import sentences
from chiba_ward.casework.models import TimelineEntry

register = template.Library()

HOUSE_LINES = {
    "consultation.urgency_set": "緊急度を {level} と決めた",
    "consultation.fields_set": "相談種別を記録した",
    "consultation.note": "記録",
    "consultation.linked": "ほかの相談と結び付けた",
    "consultation.split": "相談を分けた",
    "consultation.split_from": "元の相談から分けた",
    "consultation.working_again": "対応に戻した",
    "consultation.escalated": "引き受け手がいないため、所属長に知らせた",
}


@register.simple_tag
def timeline_line(entry: TimelineEntry) -> str:
    """The sentence of the house for a house line, else the resident's own sentence."""
    pattern = HOUSE_LINES.get(entry.kind)
    return pattern.format(**entry.data) if pattern else sentences.sentence(entry)
