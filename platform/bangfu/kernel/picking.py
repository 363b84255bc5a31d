"""Give many rows each a value of their own in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Func, JSONField, TextField, Value
from django.db.models.functions import Cast


class PickedText(Func):
    """The text that a mapping holds under a column of each row: ``update(line=PickedText(refs, "pk"))``.

    Null where the mapping names no such row, so narrow the rows to those it names.
    """

    template = "(%(expressions)s)"
    arg_joiner = " ->> "

    def __init__(self, values: Mapping[str, str], key: str) -> None:
        super().__init__(
            Value(dict(values), JSONField()), Cast(key, TextField()), output_field=CharField()
        )


class PickedJson(Func):
    """As ``PickedText``, for JSON columns."""

    template = "(%(expressions)s)"
    arg_joiner = " -> "

    def __init__(self, values: Mapping[str, Any], key: str) -> None:
        super().__init__(
            Value(dict(values), JSONField()), Cast(key, TextField()), output_field=JSONField()
        )
