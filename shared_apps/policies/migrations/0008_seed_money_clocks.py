"""Give the network the days and months that money and goods may take."""

from typing import Any

from django.db import migrations

from shared_apps.policies.services import seed_rules


def seed(apps: Any, schema_editor: Any) -> None:
    seed_rules(apps.get_model("policies", "PolicyRule"), using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("policies", "0007_seed_urgent_pay")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop, elidable=True)]
