"""Give the network the programme of Children's Day."""

from typing import Any

from django.db import migrations

from shared_apps.programmes.services import seed_programmes


def seed(apps: Any, schema_editor: Any) -> None:
    seed_programmes(apps.get_model("programmes", "Programme"), using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("programmes", "0002_seed_programmes")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop, elidable=True)]
