"""Certificates of what people without a file said; a file is deleted once, their words and they themselves apart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0003_consent_at_a_visit"),
    ]

    operations = [
        migrations.AddField(
            model_name="disposal",
            name="record",
            field=models.CharField(db_default="file", default="file", max_length=16),
        ),
        migrations.RemoveConstraint(
            model_name="disposal",
            name="disposal_deleted_once",
        ),
        migrations.AddConstraint(
            model_name="disposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("record", "file"), ("state", "deleted")),
                fields=("file_id",),
                name="disposal_deleted_once",
            ),
        ),
    ]
