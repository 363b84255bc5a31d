import django.db.models.deletion
from django.db import migrations, models

import bangfu.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("printing", "0001_initial"),
        ("tenants", "0002_other_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="MeansBatch",
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
                ("number", models.CharField(max_length=24)),
                ("unit", models.CharField(max_length=60)),
                ("reason", models.CharField(max_length=200)),
                ("checks_sent", models.PositiveIntegerField()),
                ("sent_on", models.DateField()),
                ("due_on", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=60)),
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
                "indexes": [
                    models.Index(fields=["station", "-made_at"], name="printing_batch_newest")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("station", "number"), name="printing_batch_number"
                    )
                ],
            },
        ),
    ]
