from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("aid", "0002_budget_is_held_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="loss_kind",
            field=models.CharField(blank=True, max_length=16, default=""),
            preserve_default=False,
        ),
    ]
