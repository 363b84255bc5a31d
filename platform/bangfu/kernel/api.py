"""What every API view shares: who asks, what they need, pages, and answers that repeat safely."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import APIView

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.api_defaults import CursorPages
from bangfu.kernel.api_schema import page_of
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import StationRef, current_station

if TYPE_CHECKING:
    from rest_framework.serializers import Serializer

__all__ = ["CursorPages", "KeyReused", "StationAPIView", "page_of"]

# Seconds for which the answer to a write with an Idempotency-Key is kept, and for which a write that has
# begun keeps others of its key waiting; whoever was killed meanwhile may be repeated after that.
ANSWERS_KEPT_SECONDS = 24 * 3600
ANSWER_AWAITED_SECONDS = 120


class KeyReused(DomainError):
    """The Idempotency-Key was used before with another body."""

    code = "idempotency-key-reused"
    http_status = 422
    message = _("这个 Idempotency-Key 已用于另一项内容，请换一个新的。")


class KeyInUse(DomainError):
    """The first request with the same Idempotency-Key is still being worked on."""

    code = "idempotency-key-in-use"
    message = _("同一 Idempotency-Key 的请求正在办理，请稍后重试。")


class StationAPIView(APIView):
    """Base of the API views. One without ``capability`` fails at its first request.

    ``capability`` is one name for all methods, or a name per method; ``None`` as a value opens a
    method to everybody. A write that carries ``Idempotency-Key`` is answered once: the same key with the
    same body gets the same answer again, with another body a refusal.
    """

    capability: ClassVar[str | Mapping[str, str | None]]

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return cast("Actor", self.request.auth)

    @property
    def edge(self) -> dict[str, Any]:
        """What every service takes from the edge: who acts, and when."""
        return {"actor": self.actor, "now": clock.now()}

    def read(self, serializer: type[Serializer[Any]], data: Any) -> dict[str, Any]:
        """Read the body or the query of a request; what is wrong with it is listed."""
        given = serializer(data=data or {})
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    @property
    def station(self) -> StationRef:
        """The station the address names."""
        return current_station()

    def capability_for(self, method: str) -> str | None:
        """Return what ``method`` needs."""
        if isinstance(self.capability, str):
            return self.capability
        return self.capability.get(method, self.capability.get("*", "nobody"))

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if not key or request.method in SAFE_METHODS:
            return super().dispatch(request, *args, **kwargs)
        return self._answered_once(key, request, *args, **kwargs)

    def _answered_once(self, key: str, request: Any, *args: Any, **kwargs: Any) -> Any:
        actor = getattr(request, "actor", None)
        who = actor.user_id if actor else "-"
        place = hashlib.sha256(f"{who}:{request.path}:{key}".encode()).hexdigest()
        digest = hashlib.sha256(request.body).hexdigest()
        slot = f"idempotency:{place}"
        if not cache.add(slot, {"digest": digest}, ANSWER_AWAITED_SECONDS):
            kept = cache.get(slot) or {}
            if "body" in kept and kept["digest"] == digest:
                return self._kept_answer(request, kept, *args, **kwargs)
            error = KeyReused() if kept.get("digest", digest) != digest else KeyInUse()
            return self._refused(request, error, *args, **kwargs)
        try:
            response = cast("Response", super().dispatch(request, *args, **kwargs))
        except Exception:
            cache.delete(slot)
            raise
        if response.status_code < 500:
            response.render()
            cache.set(
                slot,
                {
                    "digest": digest,
                    "body": response.content.decode(),
                    "status": response.status_code,
                },
                ANSWERS_KEPT_SECONDS,
            )
        else:
            cache.delete(slot)
        return response

    def _refused(self, request: Any, error: DomainError, *args: Any, **kwargs: Any) -> Any:
        def refuse(*_args: Any, **_kwargs: Any) -> Response:
            raise error

        setattr(self, request.method.lower(), refuse)
        return super().dispatch(request, *args, **kwargs)

    def _kept_answer(self, request: Any, kept: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        def repeat(*_args: Any, **_kwargs: Any) -> Response:
            body = json.loads(kept["body"]) if kept["body"] else None
            return Response(body, status=kept["status"], headers={"Idempotent-Replay": "true"})

        setattr(self, request.method.lower(), repeat)
        return super().dispatch(request, *args, **kwargs)
