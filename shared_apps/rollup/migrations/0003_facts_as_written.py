"""Facts that wait are kept as they were written; the folder takes them apart."""

from django.db import migrations

from shared_apps.rollup.models import WrittenJson


class Migration(migrations.Migration):
    dependencies = [("rollup", "0002_delta_by_schema")]

    operations = [migrations.AlterField("delta", "facts", WrittenJson())]
