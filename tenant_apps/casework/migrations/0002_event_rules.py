from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="rules",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
