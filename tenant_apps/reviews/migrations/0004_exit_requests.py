from django.db import migrations, models

import bangfu.kernel.crypto
import bangfu.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0003_checks_and_meetings"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExitRequest",
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
                ("file_no", models.CharField(max_length=32)),
                ("holder_id", models.BigIntegerField()),
                ("holder_name", models.CharField(max_length=120)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("audit", "审计、检查发现"),
                            ("means", "经济状况核对不符"),
                            ("death", "亡故信息比对"),
                            ("report", "群众反映"),
                            ("other", "其他"),
                        ],
                        max_length=8,
                    ),
                ),
                ("exit_kind", models.CharField(max_length=16)),
                ("exit_reason", models.CharField(max_length=16)),
                ("said", bangfu.kernel.crypto.EncryptedTextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "已发出"),
                            ("taken", "办理中"),
                            ("returned", "退回建档站点补充"),
                            ("declined", "未能受理"),
                            ("left", "已退出"),
                            ("stopped", "不予退出"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=60)),
                ("asked_by_id", models.BigIntegerField(null=True)),
                ("changed_at", models.DateTimeField()),
                ("withdrawn_for", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["-asked_at"], name="exit_request_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "taken", "returned"))),
                        fields=("file_no",),
                        name="one_open_exit_request_a_file",
                    )
                ],
            },
        ),
    ]
