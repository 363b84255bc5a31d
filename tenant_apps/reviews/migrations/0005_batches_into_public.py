"""Request lists move to ``shared_apps.printing``: their rows go over, the table goes. See ``documents.0004``.

A check keeps the key of its list, and now its number too.
"""

from django.db import migrations, models

BATCHES = """
INSERT INTO public.printing_meansbatch
    (station_id, id, number, unit, reason, checks_sent, sent_on, due_on, made_at, made_by)
SELECT
    (SELECT id FROM public.tenants_station WHERE schema_name = current_schema()),
    id, number, unit, reason, checks_sent, sent_on, due_on, made_at, made_by
FROM reviews_meansbatch
"""
NUMBERS = """
UPDATE reviews_meanscheck AS c SET batch_number = b.number FROM reviews_meansbatch AS b
WHERE b.id = c.batch_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0004_exit_requests"),
    ]

    operations = [
        migrations.RunSQL([BATCHES]),
        migrations.AddField(
            model_name="meanscheck",
            name="batch_number",
            field=models.CharField(blank=True, default="", max_length=24),
            preserve_default=False,
        ),
        migrations.RunSQL([NUMBERS]),
        # The same column, no longer a foreign key.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterField(
                    model_name="meanscheck",
                    name="batch",
                    field=models.UUIDField(null=True, db_column="batch_id"),
                ),
            ],
            state_operations=[
                migrations.RemoveField(model_name="meanscheck", name="batch"),
                migrations.AddField(
                    model_name="meanscheck",
                    name="batch_id",
                    field=models.UUIDField(null=True),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="meanscheck",
            index=models.Index(
                condition=models.Q(("batch_id__isnull", False)),
                fields=["batch_id"],
                name="means_check_of_batch",
            ),
        ),
        migrations.DeleteModel(name="MeansBatch"),
    ]
