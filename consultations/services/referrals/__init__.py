"""つなぎ (取組項目 1-1, 目指すべき姿①): the verbs that pages, effects and deadline steps call."""

from consultations.services.referrals.answering import (
    accept,
    acknowledge,
    answer_question,
    ask_back,
    contact_made,
    decline,
    report_outcome,
)
from consultations.services.referrals.ending import (
    keep_here,
    recall,
    recall_all,
    return_unanswered,
    withdraw_consent,
)
from consultations.services.referrals.preparing import (
    change_addressee,
    choose_items,
    discard,
    draft,
    preview_digest,
    record_consent,
    route_options,
    set_ground,
)
from consultations.services.referrals.sending import release, send
from consultations.services.referrals.timers import case_ended, desk_moved

__all__ = [
    "accept",
    "acknowledge",
    "answer_question",
    "ask_back",
    "case_ended",
    "change_addressee",
    "choose_items",
    "contact_made",
    "decline",
    "desk_moved",
    "discard",
    "draft",
    "keep_here",
    "preview_digest",
    "recall",
    "recall_all",
    "record_consent",
    "release",
    "report_outcome",
    "return_unanswered",
    "route_options",
    "send",
    "set_ground",
    "withdraw_consent",
]
