"""What every API view shares: who asks, what they need, pages, and answers that repeat safely."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import APIView

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.answers import Answer, kept_answers
from bangfu.kernel.api_defaults import CursorPages
from bangfu.kernel.api_schema import page_of
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import StationRef, current_station, station_in_force, try_lock

if TYPE_CHECKING:
    from rest_framework.serializers import Serializer

__all__ = ["CursorPages", "KeyReused", "StationAPIView", "page_of"]


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
    method to everybody. A write that carries ``Idempotency-Key`` is done once: what it was answered is
    kept with the act, in one transaction, and the same key with the same body gets it again, with another
    body a refusal. What was refused did nothing and may be tried again.
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
        place, asked = _place_of(key, request), _digest_of(request)
        with transaction.atomic():
            if not try_lock(f"answer {place}"):
                return self._refused(request, KeyInUse(), *args, **kwargs)
            kept = kept_answers().find(place)
            if kept is not None:
                if kept.asked != asked:
                    return self._refused(request, KeyReused(), *args, **kwargs)
                return self._kept_answer(request, kept, *args, **kwargs)
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code < 400 and isinstance(response, Response):
                body = response.render().content.decode()
                answer = Answer(asked=asked, status=response.status_code, body=body)
                kept_answers().keep(place, answer)
            return response

    def _refused(self, request: Any, error: DomainError, *args: Any, **kwargs: Any) -> Any:
        def refuse(*_args: Any, **_kwargs: Any) -> Response:
            raise error

        setattr(self, request.method.lower(), refuse)
        return super().dispatch(request, *args, **kwargs)

    def _kept_answer(self, request: Any, kept: Answer, *args: Any, **kwargs: Any) -> Any:
        def repeat(*_args: Any, **_kwargs: Any) -> Response:
            body = json.loads(kept.body) if kept.body else None
            return Response(body, status=kept.status, headers={"Idempotent-Replay": "true"})

        setattr(self, request.method.lower(), repeat)
        return super().dispatch(request, *args, **kwargs)


def _place_of(key: str, request: Any) -> UUID:
    actor, station = getattr(request, "actor", None), station_in_force()
    who = (actor.user_id if actor else "-", station.id if station else "-")
    return UUID(bytes=hashlib.sha256(f"{who}:{request.path}:{key}".encode()).digest()[:16])


def _digest_of(request: Any) -> bytes:
    body = request.body
    if request.content_type == "multipart/form-data":
        # Programs draw the line between the parts anew for every request.
        body = body.replace(request.content_params.get("boundary", "").encode(), b"")
    asked = f"{request.method} {request.META.get('QUERY_STRING', '')}\n".encode()
    return hashlib.sha256(asked + body).digest()
