"""Let a file live on: rounds, re-checks, transfers, and what the file keeps of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import bangfu.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0002_origin_applied"),
    ]

    operations = [
        migrations.CreateModel(
            name="HouseholdRecheck",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("quarterly", "季度复核"),
                            ("yearly", "年度复核"),
                            ("event", "信息变更"),
                            ("redeclare", "重新申报"),
                            ("exit_check", "退出核查"),
                        ],
                        max_length=12,
                    ),
                ),
                ("period", models.CharField(max_length=24)),
                ("due_on", models.DateField()),
                ("is_sampled", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "待复核"),
                            ("filling", "填写中"),
                            ("sent", "已上报"),
                            ("continued", "继续在档"),
                            ("exiting", "退出办理中"),
                            ("exited", "已退出"),
                            ("done", "已核查"),
                            ("cancelled", "已取消"),
                        ],
                        default="due",
                        max_length=12,
                    ),
                ),
                ("event", models.CharField(blank=True, max_length=16)),
                ("event_on", models.DateField(blank=True, null=True)),
                ("event_person", models.CharField(blank=True, max_length=32)),
                ("findings", models.TextField(blank=True)),
                ("visit_id", models.UUIDField(blank=True, null=True)),
                (
                    "incomes_fen",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("proposal", models.CharField(blank=True, max_length=12)),
                ("exit_kind", models.CharField(blank=True, max_length=16)),
                ("exit_reason", models.CharField(blank=True, max_length=16)),
                ("tier_before", models.CharField(blank=True, max_length=16)),
                ("tier_after", models.CharField(blank=True, max_length=16)),
                ("rules", models.JSONField(blank=True, default=list)),
                ("offer", models.PositiveIntegerField(blank=True, null=True)),
                ("followed", models.PositiveIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("filled_by_id", models.BigIntegerField(blank=True, null=True)),
                ("filled_by", models.CharField(blank=True, max_length=64)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
                ("decision", models.TextField(blank=True)),
            ],
            options={
                "db_table": "households_recheck",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="HouseholdRound",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("quarterly", "季度复核"),
                            ("yearly", "年度复核"),
                            ("redeclare", "重新申报"),
                            ("exits", "退出核查"),
                        ],
                        max_length=12,
                    ),
                ),
                ("period", models.CharField(max_length=12)),
                ("due_on", models.DateField()),
                ("seed", models.BigIntegerField()),
                ("share", models.DecimalField(decimal_places=3, max_digits=4)),
                ("population", models.PositiveIntegerField()),
                ("sampled", models.PositiveIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "households_round",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="HouseholdTransfer",
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
                ("transfer_id", models.UUIDField()),
                (
                    "role",
                    models.CharField(
                        choices=[("giving", "转出"), ("taking", "转入"), ("confirming", "确认")],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "待接收"),
                            ("accepted", "待上级确认"),
                            ("confirmed", "待移交"),
                            ("handed", "移交中"),
                            ("done", "已完成"),
                            ("declined", "不予接收"),
                            ("refused", "上级不同意"),
                            ("cancelled", "已撤回"),
                        ],
                        default="offered",
                        max_length=12,
                    ),
                ),
                ("file_id", models.UUIDField()),
                ("file_no", models.CharField(max_length=32)),
                ("masked_name", models.CharField(max_length=32)),
                ("persons", models.PositiveSmallIntegerField(default=1)),
                ("tier", models.CharField(blank=True, max_length=16)),
                ("main_cause", models.CharField(blank=True, max_length=16)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("moved", "户籍或居住地变动"),
                            ("new_job", "工作单位变动"),
                            ("unit_closed", "单位撤销"),
                            ("other", "其他"),
                        ],
                        max_length=16,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("giving_id", models.BigIntegerField()),
                ("giving_code", models.CharField(max_length=20)),
                ("giving_name", models.CharField(max_length=120)),
                ("taking_id", models.BigIntegerField()),
                ("taking_code", models.CharField(max_length=20)),
                ("taking_name", models.CharField(max_length=120)),
                ("above_id", models.BigIntegerField()),
                ("above_name", models.CharField(max_length=120)),
                ("due_on", models.DateField()),
                ("handed_on", models.DateField(blank=True, null=True)),
                ("message_id", models.UUIDField(blank=True, null=True)),
                ("carried", models.JSONField(blank=True, default=dict)),
                ("history", models.JSONField(blank=True, default=list)),
                ("last_text", models.TextField(blank=True)),
                ("offered_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "db_table": "households_transfer",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.RemoveConstraint(
            model_name="householdfile",
            name="one_open_file_per_head",
        ),
        migrations.RemoveConstraint(
            model_name="householdfile",
            name="file_state_known",
        ),
        migrations.AddField(
            model_name="householdfile",
            name="declared_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="householdfile",
            name="expires_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="householdfile",
            name="former_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="householdfile",
            name="nat_no",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AlterField(
            model_name="householdfile",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "草稿"),
                    ("submitted", "已提交"),
                    ("first_review", "初审"),
                    ("visiting", "入户核查"),
                    ("centre_review", "中心审核"),
                    ("means_check", "经济状况核对"),
                    ("notice", "公示中"),
                    ("objection", "异议核查"),
                    ("approval", "待审批"),
                    ("on_file", "在档"),
                    ("rechecking", "复核中"),
                    ("exit_notice", "退出公示"),
                    ("out", "已脱困"),
                    ("secured", "已解困（兜底）"),
                    ("cancelled", "已注销"),
                    ("archived", "归档"),
                    ("returned", "退回"),
                    ("refused", "不予建档"),
                    ("transferring", "转移中"),
                    ("moved_out", "已转出"),
                    ("temporary", "临时救助档"),
                ],
                default="draft",
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="householdfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ("out", "secured", "cancelled", "archived", "refused", "moved_out"),
                    ),
                    _negated=True,
                ),
                fields=("id_no_hash",),
                name="one_open_file_per_head",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "submitted",
                            "first_review",
                            "visiting",
                            "centre_review",
                            "means_check",
                            "notice",
                            "objection",
                            "approval",
                            "on_file",
                            "rechecking",
                            "exit_notice",
                            "out",
                            "secured",
                            "cancelled",
                            "archived",
                            "returned",
                            "refused",
                            "transferring",
                            "moved_out",
                            "temporary",
                        ],
                    )
                ),
                name="file_state_known",
            ),
        ),
        migrations.AddField(
            model_name="householdrecheck",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rechecks",
                to="households.householdfile",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdround",
            constraint=models.UniqueConstraint(
                fields=("kind", "period"), name="round_once_a_period"
            ),
        ),
        migrations.AddField(
            model_name="householdrecheck",
            name="round",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rechecks",
                to="households.householdround",
            ),
        ),
        migrations.AddIndex(
            model_name="householdtransfer",
            index=models.Index(fields=["state", "-offered_at"], name="transfer_list"),
        ),
        migrations.AddIndex(
            model_name="householdtransfer",
            index=models.Index(fields=["file_id"], name="transfer_of_file"),
        ),
        migrations.AddConstraint(
            model_name="householdtransfer",
            constraint=models.UniqueConstraint(
                fields=("transfer_id", "role"), name="transfer_once_a_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="householdtransfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("role", "giving"),
                    ("state__in", ("offered", "accepted", "confirmed", "handed")),
                ),
                fields=("file_id",),
                name="one_transfer_under_way",
            ),
        ),
        migrations.AddIndex(
            model_name="householdrecheck",
            index=models.Index(
                condition=models.Q(("state__in", ("due", "filling", "sent", "exiting"))),
                fields=["due_on"],
                name="recheck_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdrecheck",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "cancelled"), _negated=True),
                fields=("file", "kind", "period"),
                name="recheck_once_a_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdrecheck",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("filling", "sent", "exiting"))),
                fields=("file",),
                name="one_recheck_under_way",
            ),
        ),
    ]
