import django.db.models.deletion
from django.db import migrations, models

import bangfu.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0003_splitalias"),
        ("tenants", "0002_other_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="FileSerial",
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
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
                (
                    "station",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.station",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("station", "year"), name="serial_once_a_year")
                ],
            },
        ),
    ]
