import django.db.models.deletion
from django.db import migrations, models

import bangfu.kernel.crypto


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_newest_of_the_network"),
        ("tenants", "0002_other_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("asked", models.BinaryField(max_length=32)),
                ("status", models.PositiveSmallIntegerField()),
                ("body", bangfu.kernel.crypto.EncryptedTextField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "station",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.station",
                    ),
                ),
            ],
        ),
    ]
