import django.db.models.deletion
from django.db import migrations, models

import bangfu.kernel.crypto
import bangfu.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Download",
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
                        choices=[("papers", "批量打印"), ("files", "档案导出")], max_length=10
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("wish", bangfu.kernel.crypto.EncryptedTextField(place="documents.download.wish")),
                ("in_clear", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "排队中"),
                            ("working", "生成中"),
                            ("ready", "可下载"),
                            ("failed", "未完成"),
                            ("gone", "已清除"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("total", models.PositiveIntegerField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("file_name", models.CharField(blank=True, max_length=120)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("parts", models.JSONField(default=list)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("digest", models.BinaryField(max_length=32, null=True)),
                ("fetched", models.PositiveIntegerField(default=0)),
                ("asked_by_id", models.BigIntegerField()),
                ("asked_by", models.CharField(max_length=60)),
                ("asked_at", models.DateTimeField()),
                ("worked_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
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
                    models.Index(
                        fields=["station", "asked_by_id", "-asked_at"],
                        name="printing_download_person",
                    ),
                    models.Index(
                        fields=["station", "state", "expires_at"], name="printing_download_sweep"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            models.Q(
                                models.Q(("parts", []), _negated=True), ("digest__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="printing_download_has_file",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
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
                ("number", models.CharField(max_length=14)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("approval", "建档审批表"),
                            ("application", "困难职工帮扶申请书"),
                            ("authorisation", "家庭经济状况核对授权委托书"),
                            ("cover", "档案封面"),
                            ("exit_confirmation", "退出确认表"),
                            ("notice", "公示"),
                            ("means_request", "家庭经济状况核对函"),
                            ("roster", "实名制名册"),
                            ("voucher", "记账凭证"),
                        ],
                        max_length=20,
                    ),
                ),
                ("subject_kind", models.CharField(max_length=16)),
                ("subject_id", models.UUIDField(null=True)),
                ("about", models.CharField(blank=True, max_length=60)),
                ("in_clear", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("digest", models.BinaryField(max_length=32)),
                ("audit_seq", models.PositiveBigIntegerField()),
                ("printed_by_id", models.BigIntegerField(null=True)),
                ("printed_by", models.CharField(max_length=60)),
                ("printed_at", models.DateTimeField()),
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
                    models.Index(fields=["station", "-printed_at"], name="printing_paper_newest"),
                    models.Index(
                        fields=["station", "subject_kind", "subject_id"],
                        name="printing_paper_of_subject",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("station", "number"), name="printing_paper_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WordTemplate",
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
                            ("notice", "公示"),
                            ("authorisation", "家庭经济状况核对授权委托书"),
                            ("minutes", "会议纪要"),
                        ],
                        max_length=20,
                    ),
                ),
                ("content", models.BinaryField()),
                ("file_name", models.CharField(max_length=120)),
                ("digest", models.BinaryField(max_length=32)),
                ("set_by", models.CharField(max_length=60)),
                ("set_at", models.DateTimeField()),
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
                    models.UniqueConstraint(
                        fields=("station", "kind"), name="printing_template_once"
                    )
                ],
            },
        ),
    ]
