"""What every API view shares: who asks, what they need, pages, and answers that repeat safely."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
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
from bangfu.kernel.asked import form_digest
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import (
    StationRef,
    current_station,
    station_in_force,
    try_lock,
    wait_for_lock,
)

if TYPE_CHECKING:
    from rest_framework.serializers import Serializer

__all__ = ["SENT_AGAIN", "CursorPages", "KeyReused", "StationAPIView", "page_of"]


# For so long what a program sends again without a key is taken for the same, where that may be.
SENT_AGAIN = timedelta(minutes=10)


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

    Where ``same_within`` is set, a POST without a key that the same person sends again within that time,
    alike in every byte, is the same write: it gets the first answer, and of two at once the later waits.
    """

    capability: ClassVar[str | Mapping[str, str | None]]
    same_within: ClassVar[timedelta | None] = None

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
        if request.method in SAFE_METHODS:
            return super().dispatch(request, *args, **kwargs)
        if key:
            return self._answered_once(key, request, *args, **kwargs)
        if request.method == "POST" and self.same_within is not None:
            return self._answered_lately(self.same_within, request, *args, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    def _answered_once(self, key: str, request: Any, *args: Any, **kwargs: Any) -> Any:
        place, asked = _place_of(key, request), _digest_of(request)
        with transaction.atomic():
            if not try_lock(f"answer {place}"):
                return self._refused(request, KeyInUse(), *args, **kwargs)
            kept = kept_answers().find(place)
            if kept is None:
                return self._acted(place, asked, request, *args, **kwargs)
            if kept.asked != asked:
                return self._refused(request, KeyReused(), *args, **kwargs)
            return self._kept_answer(request, kept, *args, **kwargs)

    def _answered_lately(self, within: timedelta, request: Any, *args: Any, **kwargs: Any) -> Any:
        asked, now = _digest_of(request), clock.now()
        # An answer is never written over, so each stretch of time has a place of its own; the first stands in
        # this one or in the one before. No key in a header can hold a line break.
        stretch = int(now.timestamp() // within.total_seconds())
        place, earlier = (
            _place_of(f"\n{asked.hex()} {number}", request) for number in (stretch, stretch - 1)
        )
        with transaction.atomic():
            wait_for_lock(f"answer {_place_of(asked.hex(), request)}")
            for known in (place, earlier):
                kept = kept_answers().find(known, since=now - within)
                if kept is not None:
                    return self._kept_answer(request, kept, *args, **kwargs)
            return self._acted(place, asked, request, *args, **kwargs)

    def _acted(self, place: UUID, asked: bytes, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Act, and keep what is answered unless it is a refusal."""
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code < 400 and isinstance(response, Response):
            body = response.render().content.decode()
            kept_answers().keep(place, Answer(asked=asked, status=response.status_code, body=body))
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
    # Programs draw the line between the parts of a form anew for every request.
    is_form = request.content_type == "multipart/form-data"
    body = form_digest(request) if is_form else request.body
    asked = f"{request.method} {request.META.get('QUERY_STRING', '')}\n".encode()
    return hashlib.sha256(asked + body).digest()
