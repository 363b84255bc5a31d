from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("printing", "0005_papers_of_payouts")]

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
                    ("aid_approval", "困难职工帮扶审批表"),
                    ("transfer_letter", "拨款通知单"),
                    ("donation_receipt", "接受捐赠收据"),
                    ("aid_minutes", "帮扶审定会议纪要"),
                    ("payout_roster", "帮扶资金发放实名制汇总表"),
                    ("payout_slip", "帮扶款领款签收单"),
                ],
                max_length=20,
            ),
        ),
    ]
