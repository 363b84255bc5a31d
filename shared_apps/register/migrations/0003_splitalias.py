import django.db.models.deletion
from django.db import migrations, models

import bangfu.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0002_duplicates"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SplitAlias",
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
                ("head_hash", models.BinaryField(max_length=16)),
                ("former_hash", models.BinaryField(max_length=16)),
                ("subject", models.UUIDField(unique=True)),
                ("former_subject", models.UUIDField()),
                ("split_on", models.DateField()),
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
                    models.Index(fields=["head_hash"], name="split_by_head"),
                    models.Index(fields=["former_hash"], name="split_by_former"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("head_hash", models.F("former_hash")), _negated=True),
                        name="split_from_another",
                    )
                ],
            },
        ),
    ]
