"""The lines that are not settled, in the order of their list; the new index stands before the old one goes."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("bankfiles", "0002_hash_as_text"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                name="bankfiles_line_to_do",
                fields=["station", "booked_on", "number", "id"],
                include=["statement", "state"],
                condition=Q(state__in=["proposed", "held", "break"], is_void=False),
            ),
        ),
        migrations.RemoveIndex(model_name="line", name="bankfiles_line_open"),
    ]
