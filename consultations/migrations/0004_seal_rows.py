"""Consultations, persons, messages and referrals, with their history are sealed, batch by batch. May be killed and run again."""

from django.db import migrations

from chiba_ward.sealed.operations import SealRows


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("consultations", "0003_make_room_for_seals")]

    operations = [
        SealRows("citizenmessage", ["body"]),
        SealRows("consultation", ["body", "chief_concern", "hits", "outcome_note", "relation"]),
        SealRows(
            "consultationevent",
            ["hits", "outcome_note", "relation"],
            bound_to=("consultations_consultation", "pgh_obj_id"),
        ),
        SealRows("party", ["address", "kana", "known_as", "name", "phone", "postal_code", "relation"]),
        SealRows(
            "referral",
            [
                "basis_note",
                "better_place",
                "decline_reason",
                "outcome_done",
                "outcome_next",
                "outcome_result",
                "purpose",
            ],
        ),
        SealRows(
            "referralevent",
            [
                "basis_note",
                "better_place",
                "decline_reason",
                "outcome_done",
                "outcome_next",
                "outcome_result",
            ],
            bound_to=("consultations_referral", "pgh_obj_id"),
        ),
        SealRows("referralitem", ["text"]),
        SealRows("referralquestion", ["answer", "question"]),
    ]
