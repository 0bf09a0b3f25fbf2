import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# What was said in a code until now, with the words of the first rows (`consultations/initial/referrals.yaml`); only what is used.
GROUNDS = """
INSERT INTO consultations_legalground (code, name, law, sentence, source, needs_verification, "order", is_active)
SELECT code, name, law, sentence, '', true, place, true
FROM (VALUES
    ('life', '生命・身体の保護のため緊急に必要', '個人情報の保護に関する法律第69条第2項第4号',
     '本人の生命・身体を守るため急を要し、同意を待てないので渡します。守るために必要な人のほかには伝えないでください。', 10),
    ('law', '法令の定めによる', '個人情報の保護に関する法律第69条第1項',
     '法令の定めにより渡します。その法令の目的のほかには使わないでください。', 20),
    ('s106_6', '支援会議の構成員どうし', '社会福祉法第106条の6',
     '支援会議の構成員の間に限って渡します。構成員でない人に伝えてはなりません。違反には罰則があります。', 30)
) AS row (code, name, law, sentence, place)
WHERE EXISTS (SELECT FROM consultations_referral WHERE basis = row.code);
"""
# Rows in compartments too: the wall stands before the owner of the tables as well (ADR 0019).
OPEN = """
SELECT set_config('portal.compartments', coalesce((SELECT string_agg(id::text, ',') FROM compartments_compartment), ''), true);
"""
# What was sent keeps the words that its receiver read.
MOVE = """
UPDATE consultations_referral referral SET ground_id = ground.id, ground_text = CASE
        WHEN referral.sent_at IS NULL THEN ''
        WHEN referral.basis = 'life' THEN '生命・身体の保護のため緊急に必要'
        WHEN referral.basis = 'law' THEN '法令の定め'
        ELSE '社会福祉法106条の6の支援会議' END
FROM consultations_legalground ground WHERE ground.code = referral.basis;
UPDATE consultations_referralevent event SET ground_id = ground.id
FROM consultations_legalground ground WHERE ground.code = event.basis;
UPDATE consultations_referral SET ground_text = '本人の同意' WHERE basis = 'consent' AND sent_at IS NOT NULL;
"""
# The tables change below, which PostgreSQL refuses while checks are owed.
SETTLE = """
SET CONSTRAINTS ALL IMMEDIATE;
SELECT set_config('portal.compartments', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compartments", "0005_glass_functions"),
        ("consultations", "0017_hardship_ends_with_the_intention_known"),
        ("directory", "0005_english_names_are_checked_by_themselves"),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalGround",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="出典")),
                ("verified_on", models.DateField(blank=True, null=True, verbose_name="確認日")),
                ("needs_verification", models.BooleanField(default=True, verbose_name="要確認")),
                ("code", models.SlugField(unique=True, verbose_name="コード")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("law", models.CharField(max_length=200, verbose_name="条文・取り決め")),
                (
                    "sentence",
                    models.CharField(
                        help_text="つなぎ票に印字し、受け取る人が読みます。",
                        max_length=300,
                        verbose_name="印字する文",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="並び順")),
                ("is_active", models.BooleanField(default=True, verbose_name="使用中")),
            ],
            options={
                "verbose_name": "同意によらない根拠",
                "verbose_name_plural": "同意によらない根拠",
                "ordering": ["order", "id"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="referral",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="referral",
            name="update_update",
        ),
        migrations.AddField(
            model_name="referral",
            name="ground_text",
            field=models.CharField(blank=True, max_length=600, verbose_name="根拠の文(送付の日)"),
        ),
        migrations.AddField(
            model_name="referralevent",
            name="ground_text",
            field=models.CharField(blank=True, max_length=600, verbose_name="根拠の文(送付の日)"),
        ),
        migrations.AddField(
            model_name="referral",
            name="ground",
            field=models.ForeignKey(
                blank=True,
                help_text="空欄は、本人の同意による。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="consultations.legalground",
                verbose_name="同意によらない根拠",
            ),
        ),
        migrations.AddField(
            model_name="referralevent",
            name="ground",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="空欄は、本人の同意による。",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="consultations.legalground",
                verbose_name="同意によらない根拠",
            ),
        ),
        migrations.RunSQL(OPEN + GROUNDS + MOVE + SETTLE, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_consent_or_basis",
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="referral_basis_explained",
        ),
        migrations.RemoveField(
            model_name="referral",
            name="basis",
        ),
        migrations.RemoveField(
            model_name="referralevent",
            name="basis",
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "recalled"]),
                    ("ground__isnull", False),
                    ("consent__isnull", False),
                    _connector="OR",
                ),
                name="referral_consent_or_basis",
                violation_error_message="本人の同意の記録か、ほかの法的な根拠が必要です。",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("ground__isnull", True), ("basis_note__filled", True), _connector="OR"),
                name="referral_basis_explained",
                violation_error_message="同意によらない場合は、根拠の説明を入力してください。",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("ground__isnull", True), ("consent__isnull", True), _connector="OR"),
                name="referral_rests_on_one_ground",
                violation_error_message="本人の同意か、同意によらない根拠の、どちらか一つにしてください。",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referral",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "consultations_referralevent" ("accepted_by_name", "answer_channel", "answer_entered_by_id", "answered_at", "basis_note", "better_office_id", "better_place", "consent_id", "consultation_id", "contact_made_at", "created_at", "created_by_id", "decline_reason", "ended_at", "first_contact_on", "from_name", "from_office_id", "ground_id", "ground_text", "id", "is_urgent", "opened_at", "outcome_continues", "outcome_done", "outcome_next", "outcome_result", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "release_at", "route", "sent_at", "sequence", "state", "to_name", "to_office_id") VALUES (NEW."accepted_by_name", NEW."answer_channel", NEW."answer_entered_by_id", NEW."answered_at", NEW."basis_note", NEW."better_office_id", NEW."better_place", NEW."consent_id", NEW."consultation_id", NEW."contact_made_at", NEW."created_at", NEW."created_by_id", NEW."decline_reason", NEW."ended_at", NEW."first_contact_on", NEW."from_name", NEW."from_office_id", NEW."ground_id", NEW."ground_text", NEW."id", NEW."is_urgent", NEW."opened_at", NEW."outcome_continues", NEW."outcome_done", NEW."outcome_next", NEW."outcome_result", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."release_at", NEW."route", NEW."sent_at", NEW."sequence", NEW."state", NEW."to_name", NEW."to_office_id"); RETURN NULL;',
                    hash="a9ff44f6a776ad411c7c0306c8bc6cef536ba0c4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_386f6",
                    table="consultations_referral",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referral",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."accepted_by_name" IS DISTINCT FROM (NEW."accepted_by_name") OR OLD."answer_channel" IS DISTINCT FROM (NEW."answer_channel") OR OLD."answer_entered_by_id" IS DISTINCT FROM (NEW."answer_entered_by_id") OR OLD."answered_at" IS DISTINCT FROM (NEW."answered_at") OR OLD."basis_note" IS DISTINCT FROM (NEW."basis_note") OR OLD."better_office_id" IS DISTINCT FROM (NEW."better_office_id") OR OLD."better_place" IS DISTINCT FROM (NEW."better_place") OR OLD."consent_id" IS DISTINCT FROM (NEW."consent_id") OR OLD."consultation_id" IS DISTINCT FROM (NEW."consultation_id") OR OLD."contact_made_at" IS DISTINCT FROM (NEW."contact_made_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."decline_reason" IS DISTINCT FROM (NEW."decline_reason") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."first_contact_on" IS DISTINCT FROM (NEW."first_contact_on") OR OLD."from_name" IS DISTINCT FROM (NEW."from_name") OR OLD."from_office_id" IS DISTINCT FROM (NEW."from_office_id") OR OLD."ground_id" IS DISTINCT FROM (NEW."ground_id") OR OLD."ground_text" IS DISTINCT FROM (NEW."ground_text") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_urgent" IS DISTINCT FROM (NEW."is_urgent") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."outcome_continues" IS DISTINCT FROM (NEW."outcome_continues") OR OLD."outcome_done" IS DISTINCT FROM (NEW."outcome_done") OR OLD."outcome_next" IS DISTINCT FROM (NEW."outcome_next") OR OLD."outcome_result" IS DISTINCT FROM (NEW."outcome_result") OR OLD."release_at" IS DISTINCT FROM (NEW."release_at") OR OLD."route" IS DISTINCT FROM (NEW."route") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."sequence" IS DISTINCT FROM (NEW."sequence") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."to_name" IS DISTINCT FROM (NEW."to_name") OR OLD."to_office_id" IS DISTINCT FROM (NEW."to_office_id"))',
                    func='INSERT INTO "consultations_referralevent" ("accepted_by_name", "answer_channel", "answer_entered_by_id", "answered_at", "basis_note", "better_office_id", "better_place", "consent_id", "consultation_id", "contact_made_at", "created_at", "created_by_id", "decline_reason", "ended_at", "first_contact_on", "from_name", "from_office_id", "ground_id", "ground_text", "id", "is_urgent", "opened_at", "outcome_continues", "outcome_done", "outcome_next", "outcome_result", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "release_at", "route", "sent_at", "sequence", "state", "to_name", "to_office_id") VALUES (NEW."accepted_by_name", NEW."answer_channel", NEW."answer_entered_by_id", NEW."answered_at", NEW."basis_note", NEW."better_office_id", NEW."better_place", NEW."consent_id", NEW."consultation_id", NEW."contact_made_at", NEW."created_at", NEW."created_by_id", NEW."decline_reason", NEW."ended_at", NEW."first_contact_on", NEW."from_name", NEW."from_office_id", NEW."ground_id", NEW."ground_text", NEW."id", NEW."is_urgent", NEW."opened_at", NEW."outcome_continues", NEW."outcome_done", NEW."outcome_next", NEW."outcome_result", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."release_at", NEW."route", NEW."sent_at", NEW."sequence", NEW."state", NEW."to_name", NEW."to_office_id"); RETURN NULL;',
                    hash="b97252faca8d21190d6080b90c9a095f36dcc97c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c02c0",
                    table="consultations_referral",
                    when="AFTER",
                ),
            ),
        ),
    ]
