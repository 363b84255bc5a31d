from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0002_event_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="todo",
            name="not_for",
            field=ArrayField(base_field=models.IntegerField(), blank=True, default=list, size=None),
        ),
    ]
