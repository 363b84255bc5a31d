"""How the parts of the API are named in its description."""

from typing import Any

from drf_spectacular.openapi import AutoSchema


class NamedByApp(AutoSchema):
    """Names the shape of a body by its app and its class, since several apps ask for a ``ReasonRequest``."""

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Give ``ReviewsReasonRequest`` for ``tenant_apps.reviews.serializers.ReasonRequest``."""
        name: str = super().get_serializer_name(serializer, direction)
        parts = type(serializer).__module__.split(".")[1:-1]
        return "".join(part.title().replace("_", "") for part in parts) + name
