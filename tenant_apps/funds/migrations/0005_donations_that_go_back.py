from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0004_terms_of_funds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="journal",
            name="kind",
            field=models.CharField(
                choices=[
                    ("manual", "手工凭证"),
                    ("takeover", "期初建账"),
                    ("opening", "上年结转"),
                    ("reversal", "红字冲销"),
                    ("bank_in", "银行到账"),
                    ("appropriation", "预算下达"),
                    ("reserve", "预算占用"),
                    ("release", "预算释放"),
                    ("execute", "预算执行"),
                    ("bank_out", "银行支出"),
                    ("claim", "收款认领"),
                    ("between", "资金间划转"),
                    ("transfer_sent", "拨付下级"),
                    ("transfer_closed", "下级确认到账"),
                    ("transfer_in", "上级拨入"),
                    ("transfer_back", "拨款退回"),
                    ("payout_sent", "发放付款"),
                    ("payout_paid", "发放成功"),
                    ("payout_failed", "发放失败"),
                    ("payout_returned", "发放退票"),
                    ("donation", "捐赠到账"),
                    ("donation_back", "捐赠退还"),
                    ("purchase", "爱心卡结算"),
                    ("correction", "对账调整"),
                ],
                max_length=16,
            ),
        ),
    ]
