"""Let versions of rules be withdrawn, and keep the recomputations that they set off."""

import django.db.models.deletion
from django.db import migrations, models

import bangfu.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0002_seed_rules"),
        ("tenants", "0002_other_codes"),
    ]

    operations = [
        migrations.AddField(
            model_name="policyrule",
            name="document_no",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="policyrule",
            name="former_end",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="policyrule",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="policyrule",
            name="withdrawn_by",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.CreateModel(
            name="TierChange",
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
                ("scope_path", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("listing", "正在列出"),
                            ("listed", "已列入待重算清单"),
                            ("undoing", "正在撤销"),
                            ("undone", "已撤销"),
                        ],
                        default="listing",
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("listed_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by", models.CharField(blank=True, max_length=40)),
                ("undo_reason", models.CharField(blank=True, max_length=200)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["listing", "undoing"])),
                        fields=["started_at"],
                        name="tier_changes_at_work",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="policyrule",
            name="change",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rules",
                to="policies.tierchange",
            ),
        ),
        migrations.CreateModel(
            name="StationChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("moves", models.JSONField(default=dict)),
                ("files", models.PositiveIntegerField(default=0)),
                ("confirmed", models.PositiveIntegerField(default=0)),
                ("returned", models.PositiveIntegerField(default=0)),
                ("kept", models.PositiveIntegerField(default=0)),
                ("done", models.BooleanField(default=False)),
                (
                    "station",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.station",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stations",
                        to="policies.tierchange",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("change", "station"), name="station_once_in_change"
                    )
                ],
            },
        ),
    ]
