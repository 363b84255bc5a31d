from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("importing", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="row",
            index=models.Index(fields=["station"], name="importing_row_station"),
        ),
    ]
