"""Contact cards and notes of calls get sealed columns; what was readable is set aside (chiba_ward.sealed.operations)."""

import django.core.validators
from django.db import migrations

from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.operations import MakeRoomForSeals
from chiba_ward.sealed.rowkeys import SealedRowKey


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0002_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="contactcard", name="contact_email_needs_address"),
        migrations.RemoveConstraint(model_name="contactcard", name="contact_call_needs_number"),
        migrations.RemoveConstraint(model_name="contactcard", name="contact_letter_needs_address"),
        migrations.AlterField(
            model_name="callattempt", name="id", field=SealedRowKey(primary_key=True, serialize=False)
        ),
        MakeRoomForSeals(
            "callattempt",
            {
                "note": SealedTextField(blank=True, max_length=300, verbose_name="メモ(庁内)"),
            },
        ),
        MakeRoomForSeals(
            "contactcard",
            {
                "accommodation": SealedTextField(blank=True, max_length=300, verbose_name="必要な配慮"),
                "address": SealedTextField(blank=True, max_length=200, verbose_name="送り先住所"),
                "email": SealedTextField(
                    blank=True,
                    max_length=254,
                    validators=[django.core.validators.EmailValidator()],
                    verbose_name="メールアドレス",
                ),
                "forbidden": SealedTextField(
                    blank=True, max_length=300, verbose_name="連絡してはいけない相手・方法"
                ),
                "name": SealedTextField(blank=True, max_length=80, verbose_name="宛名"),
                "phone": SealedTextField(blank=True, max_length=20, verbose_name="電話番号"),
                "postal_code": SealedTextField(blank=True, max_length=7, verbose_name="郵便番号"),
            },
        ),
    ]
