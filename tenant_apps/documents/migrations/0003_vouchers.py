from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_download_in_parts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="paper",
            name="kind",
            field=models.CharField(
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
    ]
