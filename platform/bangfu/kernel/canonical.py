"""One way to write a value down, so that equal values have equal digests."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


class FloatRefused(TypeError):
    """A float was about to be digested; the database may give it back as another text."""


def as_json(value: Any) -> Any:
    """Return ``value`` as the database will give it back: dates and keys as text, tuples as lists.

    Raises:
        FloatRefused: there is a float in it.
    """
    _refuse_floats(value)
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder, allow_nan=False))


def canonical_json(value: Any) -> bytes:
    """Return the one text of a JSON value: keys sorted, no spaces, UTF-8."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise FloatRefused("write amounts as integers of the smallest unit, ratios as text")
    if isinstance(value, dict):
        for part in value.values():
            _refuse_floats(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _refuse_floats(part)
