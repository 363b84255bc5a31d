from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("aid", "0003_kind_of_loss"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="loss_fen",
            field=models.BigIntegerField(null=True),
        ),
    ]
