"""Say of each review what is asked in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="review",
            name="kind",
            field=models.CharField(
                choices=[("admission", "建档"), ("recheck", "复核"), ("exit", "退出")],
                default="admission",
                max_length=12,
            ),
        ),
    ]
