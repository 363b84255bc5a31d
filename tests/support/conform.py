"""Whether what the API answers is what its description says: status, kind of content, and shape.

``described()`` is made once in a process. ``CheckedClient`` is Django's test client that fails a test
whose endpoint answered otherwise than described.
"""

import json
import re
from fnmatch import fnmatch
from functools import cache
from typing import Any

from django.http import HttpResponseBase
from django.test import Client

JSON = "application/json"
PROBLEM = "application/problem+json"
MEMBERS_OF_A_PROBLEM = {"type", "title", "status", "detail"}
# What the protocol itself answers and no operation describes.
OF_THE_PROTOCOL = {"HEAD", "OPTIONS", "TRACE"}
_MOST_SAID = 200


class Operation:
    """One operation of the description, under the template of its path."""

    def __init__(self, method: str, template: str, told: dict[str, Any], components: Any) -> None:
        self.method = method
        self.template = template
        self.told = told
        self._components = components
        self._shape = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", template))
        self._validators: dict[str, Any] = {}

    def is_at(self, path: str) -> bool:
        """Say whether a path leads to it."""
        return self._shape.fullmatch(path) is not None

    def parameters(self, place: str) -> list[dict[str, Any]]:
        """Return its parameters in the ``path`` or in the ``query``."""
        return [one for one in self.told.get("parameters", []) if one["in"] == place]

    def faults(self, response: Any) -> list[str]:
        """Return what of an answer is not as described."""
        status = str(response.status_code)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        told = self.told["responses"].get(status)
        if told is None:
            if response.status_code >= 400:
                return _faults_of_refusal(response, kind)
            return [f"answers {status}, describes {sorted(self.told['responses'])}"]
        if "content" not in told:
            is_empty = not response.streaming and not response.content
            return [] if is_empty else [f"has a body ({kind}), describes none"]
        kinds = {one.partition(";")[0] for one in told["content"]}
        if not any(fnmatch(kind, one) for one in kinds):
            return [f"answers {kind}, describes {sorted(kinds)}"]
        if kind != JSON:
            return []
        return self._faults_of_body(status, told["content"][JSON]["schema"], response.content)

    def _faults_of_body(self, status: str, schema: Any, content: bytes) -> list[str]:
        # Loaded by those who ask the API only.
        import jsonschema

        if status not in self._validators:
            whole = {"allOf": [_plain(schema)], "components": self._components}
            self._validators[status] = jsonschema.Draft202012Validator(
                whole, format_checker=jsonschema.FormatChecker()
            )
        errors = self._validators[status].iter_errors(json.loads(content))
        return [
            f"at {'/'.join(map(str, error.absolute_path)) or 'the top'}: {error.message[:_MOST_SAID]}"
            for error in errors
        ]


class Described:
    """The description of the whole API."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        components = _plain(document["components"])
        found = [
            Operation(method.upper(), template, told, components)
            for template, item in document["paths"].items()
            for method, told in item.items()
            if method in {"get", "post", "put", "patch", "delete"}
        ]
        # A part that is spelt out is meant before one that stands for anything.
        self.operations = sorted(found, key=lambda one: one.template.count("{"))

    def faults(self, method: str, path: str, response: HttpResponseBase) -> list[str]:
        """Return what of an answer is not as described, each with the operation it is about."""
        here = [one for one in self.operations if one.is_at(path)]
        meant = next((one for one in here if one.method == method), None)
        if meant is None:
            refused = response.status_code in {401, 403, 404, 405} or method in OF_THE_PROTOCOL
            return [] if refused else [f"{method} {path}: is not described"]
        return [f"{method} {meant.template}: {one}" for one in meant.faults(response)]


@cache
def described() -> Described:
    """Return the description as it is served."""
    from drf_spectacular.generators import SchemaGenerator

    from bangfu.urls.schema import DESCRIBED

    document = SchemaGenerator(urlconf=DESCRIBED).get_schema(request=None, public=True)
    return Described(json.loads(json.dumps(document, default=str)))


class CheckedClient(Client):
    """Compares every answer of the API with its description."""

    def request(self, **environ: Any) -> Any:
        """Send a request; fail where the answer is not as described."""
        response = super().request(**environ)
        path = environ.get("PATH_INFO", "")
        if "/api/v1/" in path:
            faults = described().faults(environ.get("REQUEST_METHOD", "GET"), path, response)
            assert not faults, faults
        return response


def _faults_of_refusal(response: Any, kind: str) -> list[str]:
    if kind != PROBLEM:
        return [f"refuses with {response.status_code} as {kind}, not as a problem"]
    lacking = MEMBERS_OF_A_PROBLEM - set(json.loads(response.content))
    return [f"refuses with {response.status_code} without {sorted(lacking)}"] if lacking else []


def _plain(node: Any) -> Any:
    """Turn a schema of OpenAPI 3.0 into one of JSON Schema: what may be null says so in its type."""
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, dict):
        return node
    out = {name: _plain(one) for name, one in node.items() if name != "nullable"}
    if node.get("nullable") is not True:
        return out
    if isinstance(out.get("type"), str):
        out["type"] = [out["type"], "null"]
        if "enum" in out:
            out["enum"] = [*out["enum"], None]
        return out
    return {"anyOf": [out, {"type": "null"}]}
