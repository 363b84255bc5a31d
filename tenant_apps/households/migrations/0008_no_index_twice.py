"""Members and versions are found by the constraints that begin with their file: no index of its own besides.

The index goes, and nothing else: the foreign key is not checked anew.
"""

import django.db.models.deletion
from django.db import migrations, models


def of_a_file(
    model: str, table: str, index: str, related_name: str
) -> migrations.SeparateDatabaseAndState:
    field = models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="households.householdfile",
    )
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                [f"DROP INDEX {index}"], [f"CREATE INDEX {index} ON {table} (file_id)"]
            )
        ],
        state_operations=[migrations.AlterField(model_name=model, name="file", field=field)],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0007_long_lists"),
    ]

    operations = [
        of_a_file(
            "householdmember", "households_member", "households_member_file_id_9348c1eb", "members"
        ),
        of_a_file(
            "householdversion",
            "households_version",
            "households_version_file_id_300400ce",
            "versions",
        ),
    ]
