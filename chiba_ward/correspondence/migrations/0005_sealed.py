"""Contact cards and notes of calls: the readable columns go, the constraints look at the sealed ones."""

from django.db import migrations, models

from chiba_ward.sealed.operations import DropReadableColumns


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0004_seal_rows")]

    operations = [
        DropReadableColumns("callattempt", ["note"]),
        DropReadableColumns(
            "contactcard", ["accommodation", "address", "email", "forbidden", "name", "phone", "postal_code"]
        ),
        migrations.AddConstraint(
            model_name="contactcard",
            constraint=models.CheckConstraint(
                condition=models.Q(("may_email", False), ("email__filled", True), _connector="OR"),
                name="contact_email_needs_address",
                violation_error_message="メールで連絡するには、メールアドレスを入力してください。",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactcard",
            constraint=models.CheckConstraint(
                condition=models.Q(("may_call", False), ("phone__filled", True), _connector="OR"),
                name="contact_call_needs_number",
                violation_error_message="電話で連絡するには、電話番号を入力してください。",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactcard",
            constraint=models.CheckConstraint(
                condition=models.Q(("may_write", False), ("address__filled", True), _connector="OR"),
                name="contact_letter_needs_address",
                violation_error_message="郵便で連絡するには、送り先の住所を入力してください。",
            ),
        ),
    ]
