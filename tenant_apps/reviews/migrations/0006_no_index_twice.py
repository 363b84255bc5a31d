"""Items and decisions are found by the constraints that begin with what they belong to; a number has one index.

Two foreign keys lose their index, and are not checked anew; a number keeps its index under another name, and loses
the one for how it begins, which no list asks.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def part_of(model: str, name: str, index: str, **field: Any) -> migrations.SeparateDatabaseAndState:
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                [f"DROP INDEX {index}"],
                [f"CREATE INDEX {index} ON reviews_{model} ({name}_id)"],
            )
        ],
        state_operations=[
            migrations.AlterField(
                model_name=model,
                name=name,
                field=models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, **field
                ),
            )
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0005_batches_into_public"),
    ]

    operations = [
        part_of(
            "meansitem",
            "check_of",
            "reviews_meansitem_check_of_id_567ee35a",
            related_name="items",
            to="reviews.meanscheck",
        ),
        part_of(
            "meetingdecision",
            "meeting",
            "reviews_meetingdecision_meeting_id_e2ecf5ae",
            related_name="decisions",
            to="reviews.meeting",
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        (
                            "ALTER TABLE reviews_meanscheck RENAME CONSTRAINT"
                            " reviews_meanscheck_number_key TO means_check_number_once"
                        )
                    ],
                    [
                        (
                            "ALTER TABLE reviews_meanscheck RENAME CONSTRAINT"
                            " means_check_number_once TO reviews_meanscheck_number_key"
                        )
                    ],
                ),
                migrations.RunSQL(
                    ["DROP INDEX reviews_meanscheck_number_d565ac3a_like"],
                    [
                        (
                            "CREATE INDEX reviews_meanscheck_number_d565ac3a_like"
                            " ON reviews_meanscheck (number varchar_pattern_ops)"
                        )
                    ],
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="meanscheck",
                    name="number",
                    field=models.CharField(max_length=44),
                ),
                migrations.AddConstraint(
                    model_name="meanscheck",
                    constraint=models.UniqueConstraint(
                        fields=("number",), name="means_check_number_once"
                    ),
                ),
            ],
        ),
    ]
