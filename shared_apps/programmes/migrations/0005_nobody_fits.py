from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programmes", "0004_progress")]

    operations = [
        migrations.AddField(
            model_name="progress",
            name="nobody_by",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="progress",
            name="nobody_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="progress",
            constraint=models.CheckConstraint(
                name="progress_of_nobody_lists_nobody",
                condition=models.Q(nobody_at__isnull=True) | models.Q(counts={}),
            ),
        ),
    ]
