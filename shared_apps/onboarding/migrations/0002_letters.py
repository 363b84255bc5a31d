"""Letters to applicants, sent by workers; the clocks of joining found by their day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("onboarding", "0001_applications"),
        ("tenants", "0003_rows_stay_with_their_station"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="letter",
            field=models.CharField(
                blank=True,
                choices=[
                    ("invited", "邀请入驻"),
                    ("returned", "退回补正"),
                    ("rejected", "不予通过"),
                    ("reminded", "即将到期"),
                    ("late", "已逾期"),
                ],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="letter_attempts",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="application",
            name="letter_state",
            field=models.CharField(
                choices=[
                    ("none", "不发邮件"),
                    ("due", "待发送"),
                    ("sent", "已发送"),
                    ("failed", "发送失败"),
                    ("unknown", "结果未知"),
                ],
                db_default="none",
                default="none",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="letters",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="application",
            name="warned",
            field=models.CharField(
                blank=True,
                choices=[("soon", "即将到期"), ("late", "已逾期")],
                db_default="",
                default="",
                max_length=4,
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("letter_state__in", ["due", "failed"])),
                fields=["id"],
                name="applications_to_write",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("due_on__isnull", False)),
                fields=["due_on"],
                name="applications_by_day",
            ),
        ),
    ]
