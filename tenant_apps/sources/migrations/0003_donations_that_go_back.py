from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0002_lines_taken_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="donation",
            name="going_back",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="donation",
            name="returns",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="donation",
            name="returned_fen",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="donation",
            name="void_receipts",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AlterField(
            model_name="donation",
            name="state",
            field=models.CharField(
                choices=[
                    ("pledged", "认捐"),
                    ("received", "已到账/到货"),
                    ("receipted", "已开票据"),
                    ("allocated", "已指定用途"),
                    ("used", "已使用"),
                    ("fed_back", "已反馈"),
                    ("cancelled", "已取消"),
                    ("to_return", "退还待复核"),
                    ("returning", "待银行退还"),
                    ("returned", "已退还"),
                ],
                default="pledged",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="donation",
            constraint=models.CheckConstraint(
                condition=Q(("returned_fen__gte", 0), ("returned_fen__lte", F("amount_fen"))),
                name="donation_returns_no_more_than_came",
            ),
        ),
    ]
