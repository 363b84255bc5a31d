from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payouts", "0004_given_up_by_a_worker")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="nat_waiver",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
