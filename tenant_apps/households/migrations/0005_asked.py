"""Keep which station above asked for an exit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0004_retier"),
    ]

    operations = [
        migrations.AddField(
            model_name="householdrecheck",
            name="asked",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
