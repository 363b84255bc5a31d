"""The households on file, the longest first, with what they are grouped by, in one index."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0008_no_index_twice"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="householdfile",
            index=models.Index(
                F("on_file_on").asc(nulls_first=True),
                F("id").asc(),
                include=["state", "groups", "single_parent", "sex"],
                condition=Q(state__in=["on_file", "rechecking", "exit_notice", "transferring"]),
                name="file_on_file",
            ),
        ),
    ]
