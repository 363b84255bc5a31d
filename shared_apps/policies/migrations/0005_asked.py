"""Count the files that a worker is still to confirm."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0004_seed_more_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="stationchange",
            name="asked",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
