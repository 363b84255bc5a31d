"""Keep by what a household came out of hardship."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0009_files_on_file"),
    ]

    operations = [
        migrations.AddField(
            model_name="householdfile",
            name="exit_measure",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="householdrecheck",
            name="exit_measure",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
    ]
