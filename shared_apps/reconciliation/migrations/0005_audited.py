from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reconciliation", "0004_bank"),
    ]

    operations = [
        migrations.AlterField(
            model_name="break",
            name="kind",
            field=models.CharField(
                choices=[
                    ("facts_vs_files", "统计与档案不符"),
                    ("message_unapplied", "消息未落实"),
                    ("children_vs_parent", "上级汇总与下级之和不符"),
                    ("audit_chain", "审计链断裂"),
                    ("sealed_report", "报表与封存不符"),
                    ("ledger", "账簿不符"),
                    ("bank", "银行对账差异"),
                    ("money", "资金与业务不符"),
                    ("grant", "帮扶审批不符"),
                    ("payout", "发放不符"),
                    ("transfer", "拨款不符"),
                    ("goods", "物资不符"),
                    ("cards", "爱心卡不符"),
                ],
                max_length=24,
            ),
        ),
    ]
