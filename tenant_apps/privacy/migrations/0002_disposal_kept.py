from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="disposal",
            name="kept",
            field=models.JSONField(default=dict),
        ),
    ]
