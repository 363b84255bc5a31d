"""Indexes of long lists: what files are narrowed by, what came before them, and the days of their versions."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0006_serials_into_public"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="householdfile",
            index=models.Index(
                F("id").desc(),
                include=[
                    "state",
                    "tier",
                    "main_cause",
                    "file_kind",
                    "residence",
                    "nat_entry_on",
                    "on_file_on",
                ],
                name="file_filters",
            ),
        ),
        migrations.AddIndex(
            model_name="householdfile",
            index=models.Index(
                fields=["former_id"],
                condition=Q(former_id__isnull=False),
                name="file_by_former",
            ),
        ),
        migrations.AddIndex(
            model_name="householdversion",
            index=models.Index(fields=["effective_on", "file"], name="version_by_day"),
        ),
    ]
