"""How the parts of the API are named in its description, and what every answer has in common."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS


class ProblemOfFieldDocument(serializers.Serializer[Any]):
    """What is wrong with one field, or one cell of a sheet."""

    code = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_blank=True, allow_null=True)
    severity = serializers.CharField()


class ProblemDocument(serializers.Serializer[Any]):
    """A refusal, as RFC 9457 has it; `type` and `title` name it, `detail` is for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemOfFieldDocument(many=True, required=False)  # type: ignore[assignment]


@cache
def page_of(row: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """Describe what ``CursorPages`` answers: some of the rows, and where the next and those before are."""
    members = {
        "__module__": row.__module__,
        "__doc__": "A page of a list; `next` and `previous` are null at its ends.",
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": row(many=True),
        "is_page": True,
    }
    return type(
        f"{row.__name__.removesuffix('Serializer')}Page", (serializers.Serializer,), members
    )


class NamedByApp(AutoSchema):
    """Names the shape of a body by its app and its class, since several apps ask for a ``ReasonRequest``.

    Describes of every operation how it refuses, of every list that comes in pages how to turn them, and of
    every write how it is sent again.
    """

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Give ``ReviewsReasonRequest`` for ``tenant_apps.reviews.serializers.ReasonRequest``."""
        name: str = super().get_serializer_name(serializer, direction)
        parts = type(serializer).__module__.split(".")[1:-1]
        return "".join(part.title().replace("_", "") for part in parts) + name

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Describe an operation; what it refuses is a problem, whichever."""
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            # The two halves of the API share views: each operation has a name of its own all the same.
            if not self.path.startswith("/s/"):
                operation["operationId"] = f"network_{operation['operationId']}"
            problem = self.resolve_serializer(ProblemDocument, "response")
            operation["responses"]["default"] = {
                "description": "A refusal",
                "content": {"application/problem+json": {"schema": problem.ref}},
            }
        return operation

    def get_tags(self) -> list[str]:
        """Gather the operations of an app."""
        return [type(self.view).__module__.split(".")[1]]

    def get_override_parameters(self) -> list[Any]:
        """Add what turns pages where the answer is one, and what makes a write act once."""
        if hasattr(self.view, "same_within") and self.method not in SAFE_METHODS:
            return [_key_of(self.method, self.view.same_within)]
        if not getattr(self.get_response_serializers(), "is_page", False):
            return []
        return [
            OpenApiParameter("cursor", str, description="From `next` or `previous` of a page"),
            OpenApiParameter("page_size", int, description="Rows of a page, 200 at most"),
        ]


def _key_of(method: str, same_within: timedelta | None) -> OpenApiParameter:
    told = (
        "Of your own making, one for each act. The same key with the same content within a day is given the "
        "first answer, with `Idempotent-Replay: true`, and nothing is done; with other content it is refused."
    )
    if method == "POST" and same_within is not None:
        minutes = int(same_within.total_seconds() // 60)
        told += (
            f" Without a key, what you send again within {minutes} minutes, alike in every byte, is the same "
            "act; to do one more of the same, send a key."
        )
    return OpenApiParameter(
        "Idempotency-Key", str, location=OpenApiParameter.HEADER, description=told
    )
