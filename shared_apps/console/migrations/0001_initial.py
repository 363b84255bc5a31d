import django.db.models.deletion
from django.db import migrations, models

import bangfu.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Desk",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bangfu.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("takes_applications", models.BooleanField(default=True)),
                ("pause_note", models.CharField(blank=True, max_length=200)),
                ("hours", models.CharField(blank=True, max_length=200)),
                ("welcome", models.CharField(blank=True, max_length=500)),
                ("changed_by", models.CharField(blank=True, max_length=64)),
                ("changed_at", models.DateTimeField()),
                (
                    "station",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.station",
                    ),
                ),
            ],
        ),
    ]
