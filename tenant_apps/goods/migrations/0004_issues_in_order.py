"""What was given out, newest first, in the order of its list."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("goods", "0003_given_back_to_donors"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                name="goods_movement_issued",
                fields=["-moved_at", "-id"],
                condition=Q(kind="issue"),
            ),
        ),
    ]
