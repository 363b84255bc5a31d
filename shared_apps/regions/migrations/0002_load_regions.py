"""Load the divisions of the data file; data only."""

from typing import Any

from django.db import migrations

from shared_apps.regions.services import load_regions


def load(apps: Any, schema_editor: Any) -> None:
    load_regions(apps.get_model("regions", "Region"), using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop, elidable=True)]
