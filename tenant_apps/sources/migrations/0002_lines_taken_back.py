from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="undone",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="transfer",
            name="heard_undone",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
