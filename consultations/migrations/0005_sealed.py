"""Consultations, persons, messages and referrals, with their history: the readable columns go, the constraints look at the sealed ones."""

from django.db import migrations, models

from chiba_ward.sealed.operations import DropReadableColumns


class Migration(migrations.Migration):
    dependencies = [("consultations", "0004_seal_rows")]

    operations = [
        DropReadableColumns("citizenmessage", ["body"]),
        DropReadableColumns("consultation", ["body", "chief_concern", "hits", "outcome_note", "relation"]),
        DropReadableColumns("consultationevent", ["hits", "outcome_note", "relation"]),
        DropReadableColumns(
            "party", ["address", "kana", "known_as", "name", "phone", "postal_code", "relation"]
        ),
        DropReadableColumns(
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
        DropReadableColumns(
            "referralevent",
            [
                "basis_note",
                "better_place",
                "decline_reason",
                "outcome_done",
                "outcome_next",
                "outcome_result",
            ],
        ),
        DropReadableColumns("referralitem", ["text"]),
        DropReadableColumns("referralquestion", ["answer", "question"]),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), _negated=True),
                    models.Q(
                        ("decline_reason__filled", True),
                        models.Q(
                            ("better_place__filled", True), ("better_office__isnull", False), _connector="OR"
                        ),
                    ),
                    _connector="OR",
                ),
                name="referral_declined_with_reason",
                violation_error_message="受理できないときは、理由と、ほかに合う先を入力してください。",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis", "consent"), ("basis_note__filled", True), _connector="OR"),
                name="referral_basis_explained",
                violation_error_message="同意によらない場合は、根拠の説明を入力してください。",
            ),
        ),
    ]
