"""List the files whose tier a change of rules moves."""

import django.db.models.deletion
from django.db import migrations, models

import bangfu.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0003_life"),
    ]

    operations = [
        migrations.CreateModel(
            name="RetierItem",
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
                ("change_id", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待确认"),
                            ("asked", "确认中"),
                            ("confirmed", "已确认"),
                            ("settled", "已不需要"),
                            ("withdrawn", "已撤销"),
                            ("undone", "已恢复"),
                            ("kept", "未恢复（此后有修改）"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tier_before", models.CharField(blank=True, max_length=16)),
                ("tier_after", models.CharField(blank=True, max_length=16)),
                ("net_month_fen", models.BigIntegerField()),
                ("former", models.JSONField(blank=True, default=dict)),
                ("lock_version", models.PositiveIntegerField(blank=True, null=True)),
                ("asked_by_id", models.BigIntegerField(blank=True, null=True)),
                ("asked_by", models.CharField(blank=True, max_length=64)),
                ("decided_by", models.CharField(blank=True, max_length=64)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retierings",
                        to="households.householdfile",
                    ),
                ),
            ],
            options={
                "db_table": "households_retier",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "asked"))),
                        fields=["state", "id"],
                        name="retier_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("change_id", "file"), name="file_once_in_change"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "asked"))),
                        fields=("file",),
                        name="one_open_retier_of_file",
                    ),
                ],
            },
        ),
    ]
