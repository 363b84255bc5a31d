"""Bodies and queries made from a description: fitting, and spoiled in one or two places."""

import copy
from random import Random
from typing import Any

HOSTILE: list[Any] = [
    None, "", " ", "\0", "a\0b", "x" * 10_000, "\ud800", "{0}%s", "中" * 300, "' OR 1=1 --",
    -1, 0, 1.5, 10**30, 2**31, 2**63, -(2**63) - 1, True, [], {}, [None], [[]], [{}], {"a": 1},
    "-5", "0", "²", "1.005", "1e5", "NaN", "Infinity", "99999999999999999999", "2026-13-45",
    "0001-01-01", "9999-12-31", "2026-11-20T04:00:00Z", "01a1fd00-0000-7000-8000-000000000001",
]  # fmt: skip
QUERIES = [
    "\0", "x" * 3000, "-1", "0", "²", "１", "99999999999999999999", "2026-13-45", "0001-01-01",
    "9999-12-31", "9999", "' OR 1", "NaN", "[]",
]  # fmt: skip
_DEEPEST = 5
_TEXTS = {
    "uuid": ["01a1fd00-0000-7000-8000-000000000001"],
    "date": ["2026-11-20", "2025-02-28", "2026-12-31"],
    "date-time": ["2026-11-20T04:00:00Z"],
    "decimal": ["0", "1.00", "123.45"],
    "email": ["a@example.org"],
    "": [
        "1",
        "x",
        "城镇",
        "2026-11",
        "130771197406150127",
        "说明文字足够长的一句话，用来说明情况。",
    ],
}


class Bodies:
    """Makes bodies for one description, always the same for a seed."""

    def __init__(self, components: dict[str, Any], chance: Random) -> None:
        self._schemas = components["schemas"]
        self._chance = chance

    def fitting(self, schema: dict[str, Any], depth: int = 0) -> Any:
        """Return something of this shape; what need not be there sometimes is not."""
        chance = self._chance
        if "$ref" in schema:
            return self.fitting(self._schemas[schema["$ref"].rpartition("/")[2]], depth)
        for several in ("allOf", "oneOf", "anyOf"):
            if several in schema:
                return self.fitting(schema[several][0], depth)
        if schema.get("nullable") and chance.random() < 0.15:
            return None
        if "enum" in schema:
            return chance.choice(schema["enum"])
        return self._of_type(schema, depth)

    def spoiled(self, body: Any) -> Any:
        """Return the body with something that does not belong there in one place."""
        if not isinstance(body, dict) or not body:
            return self._chance.choice(HOSTILE)
        whole = node = copy.deepcopy(body)
        while True:
            name = self._chance.choice(sorted(node))
            below = node[name]
            if isinstance(below, list) and below:
                below = below[0]
            if not isinstance(below, dict) or not below or self._chance.random() < 0.4:
                node[name] = self._chance.choice(HOSTILE)
                return whole
            node = below

    def _of_type(self, schema: dict[str, Any], depth: int) -> Any:
        chance, kind = self._chance, schema.get("type")
        if kind == "object" or "properties" in schema:
            needed = set(schema.get("required", ()))
            return {
                name: self.fitting(one, depth + 1)
                for name, one in schema.get("properties", {}).items()
                if not one.get("readOnly") and (name in needed or chance.random() < 0.7)
            }
        if kind == "array":
            count = chance.randint(0, 2) if depth < _DEEPEST else 0
            return [self.fitting(schema["items"], depth + 1) for _one in range(count)]
        if kind == "boolean":
            return chance.random() < 0.5
        if kind in {"integer", "number"}:
            return chance.choice([0, 1, 2, 5, 2026, 100_000])
        texts = _TEXTS.get(schema.get("format", ""), _TEXTS[""])
        return chance.choice(texts)[: schema.get("maxLength", 100)]
