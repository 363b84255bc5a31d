"""Give the network the rules that were declared since; the route of approval is kept by file level now."""

from typing import Any

from django.db import migrations

from shared_apps.policies.services import seed_rules

FILE_LEVELS = ("1", "2", "3", "4", "5")


def seed(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("policies", "PolicyRule")
    alias = schema_editor.connection.alias
    for row in model._default_manager.using(alias).filter(key="approval.route"):
        if isinstance(row.value, list):
            route = [str(level) for level in row.value]
            row.value = dict.fromkeys(FILE_LEVELS, route)
            row.save(update_fields=["value"])
    seed_rules(model, using=alias)


class Migration(migrations.Migration):
    dependencies = [("policies", "0003_changes")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop, elidable=True)]
