"""The numbers of transfers and donations have one index each instead of two."""

from django.db import migrations, models


def number_once(
    model: str, table: str, like: str, name: str, length: int
) -> migrations.SeparateDatabaseAndState:
    """Keep the index of a number, that is all: no list asks how a number begins. Nothing is built or read anew."""
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                [f"ALTER TABLE {table} RENAME CONSTRAINT {table}_number_key TO {name}"],
                [f"ALTER TABLE {table} RENAME CONSTRAINT {name} TO {table}_number_key"],
            ),
            migrations.RunSQL(
                [f"DROP INDEX {like}"],
                [f"CREATE INDEX {like} ON {table} (number varchar_pattern_ops)"],
            ),
        ],
        state_operations=[
            migrations.AlterField(
                model_name=model, name="number", field=models.CharField(max_length=length)
            ),
            migrations.AddConstraint(
                model_name=model,
                constraint=models.UniqueConstraint(fields=("number",), name=name),
            ),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0003_donations_that_go_back"),
    ]

    operations = [
        number_once(
            "transfer",
            "sources_transfer",
            "sources_transfer_number_94c7cabb_like",
            "transfer_number_once",
            16,
        ),
        number_once(
            "donation",
            "sources_donation",
            "sources_donation_number_9074f529_like",
            "donation_number_once",
            16,
        ),
    ]
