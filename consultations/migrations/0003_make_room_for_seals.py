"""Consultations, persons, messages and referrals, with their history get sealed columns; what was readable is set aside (chiba_ward.sealed.operations)."""

from django.db import migrations

from chiba_ward.sealed.fields import SealedJSONField, SealedTextField
from chiba_ward.sealed.operations import MakeRoomForSeals
from chiba_ward.sealed.rowkeys import SealedRowKey


class Migration(migrations.Migration):
    dependencies = [("consultations", "0002_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="referral", name="referral_declined_with_reason"),
        migrations.RemoveConstraint(model_name="referral", name="referral_basis_explained"),
        migrations.RemoveIndex(model_name="party", name="party_by_kana"),
        migrations.AlterField(
            model_name="citizenmessage", name="id", field=SealedRowKey(primary_key=True, serialize=False)
        ),
        migrations.AlterField(
            model_name="party", name="id", field=SealedRowKey(block=50, primary_key=True, serialize=False)
        ),
        migrations.AlterField(
            model_name="referral", name="id", field=SealedRowKey(primary_key=True, serialize=False)
        ),
        migrations.AlterField(
            model_name="referralitem",
            name="id",
            field=SealedRowKey(block=20, primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="referralquestion", name="id", field=SealedRowKey(primary_key=True, serialize=False)
        ),
        MakeRoomForSeals(
            "citizenmessage",
            {
                "body": SealedTextField(max_length=5000, verbose_name="本文"),
            },
        ),
        MakeRoomForSeals(
            "consultation",
            {
                "body": SealedTextField(blank=True, max_length=5000, verbose_name="相談の内容"),
                "chief_concern": SealedTextField(max_length=100, verbose_name="主訴(ひとことで)"),
                "hits": SealedJSONField(blank=True, default=list, verbose_name="緊急度を上げたことば"),
                "outcome_note": SealedTextField(blank=True, max_length=500, verbose_name="転帰の説明(庁内)"),
                "relation": SealedTextField(blank=True, max_length=60, verbose_name="続柄・関係"),
            },
        ),
        MakeRoomForSeals(
            "consultationevent",
            {
                "hits": SealedJSONField(blank=True, default=list, verbose_name="緊急度を上げたことば"),
                "outcome_note": SealedTextField(blank=True, max_length=500, verbose_name="転帰の説明(庁内)"),
                "relation": SealedTextField(blank=True, max_length=60, verbose_name="続柄・関係"),
            },
        ),
        MakeRoomForSeals(
            "party",
            {
                "address": SealedTextField(blank=True, max_length=200, verbose_name="住所"),
                "kana": SealedTextField(blank=True, max_length=120, verbose_name="フリガナ"),
                "known_as": SealedTextField(blank=True, max_length=80, verbose_name="通称"),
                "name": SealedTextField(blank=True, max_length=80, verbose_name="氏名"),
                "phone": SealedTextField(blank=True, max_length=20, verbose_name="電話番号"),
                "postal_code": SealedTextField(blank=True, max_length=7, verbose_name="郵便番号"),
                "relation": SealedTextField(blank=True, max_length=60, verbose_name="続柄"),
            },
        ),
        MakeRoomForSeals(
            "referral",
            {
                "basis_note": SealedTextField(blank=True, max_length=300, verbose_name="根拠の説明"),
                "better_place": SealedTextField(blank=True, max_length=200, verbose_name="ほかに合う先"),
                "decline_reason": SealedTextField(
                    blank=True, max_length=300, verbose_name="受理できない理由"
                ),
                "outcome_done": SealedTextField(blank=True, max_length=500, verbose_name="行ったこと"),
                "outcome_next": SealedTextField(
                    blank=True, max_length=300, verbose_name="次にすること・時期"
                ),
                "outcome_result": SealedTextField(blank=True, max_length=500, verbose_name="結果"),
                "purpose": SealedTextField(max_length=500, verbose_name="お願いしたいこと"),
            },
        ),
        MakeRoomForSeals(
            "referralevent",
            {
                "basis_note": SealedTextField(blank=True, max_length=300, verbose_name="根拠の説明"),
                "better_place": SealedTextField(blank=True, max_length=200, verbose_name="ほかに合う先"),
                "decline_reason": SealedTextField(
                    blank=True, max_length=300, verbose_name="受理できない理由"
                ),
                "outcome_done": SealedTextField(blank=True, max_length=500, verbose_name="行ったこと"),
                "outcome_next": SealedTextField(
                    blank=True, max_length=300, verbose_name="次にすること・時期"
                ),
                "outcome_result": SealedTextField(blank=True, max_length=500, verbose_name="結果"),
            },
        ),
        MakeRoomForSeals(
            "referralitem",
            {
                "text": SealedTextField(blank=True, verbose_name="渡す内容"),
            },
        ),
        MakeRoomForSeals(
            "referralquestion",
            {
                "answer": SealedTextField(blank=True, max_length=500, verbose_name="答え"),
                "question": SealedTextField(max_length=500, verbose_name="質問"),
            },
        ),
    ]
