"""Keep by what a household came out of hardship."""

from django.db import migrations, models

TABLES = ("households_file", "households_recheck")


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0009_files_on_file"),
    ]

    operations = [
        migrations.AddField(
            model_name="householdfile",
            name="exit_measure",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="householdrecheck",
            name="exit_measure",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        # Whoever runs the version before goes on writing. Not as ``db_default``: rows would come back from every
        # insert then, and many at once could not be copied in.
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ALTER COLUMN exit_measure SET DEFAULT ''",
                f"ALTER TABLE {table} ALTER COLUMN exit_measure DROP DEFAULT",
            )
            for table in TABLES
        ),
    ]
