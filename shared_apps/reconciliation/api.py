"""Endpoints of reconciliation inside a station."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.kernel.tenancy import in_network
from shared_apps.reconciliation import services
from shared_apps.reconciliation.models import RunState
from shared_apps.reconciliation.selectors import breaks_in_sight, get_break, get_run
from shared_apps.reconciliation.serializers import (
    BreakDetailSerializer,
    BreakSerializer,
    CommentSerializer,
    RunSerializer,
    break_as_json,
    break_with_events,
    run_as_json,
)


class NewestFirst(CursorPages):
    """Pages of breaks, by the order in which they were found."""

    ordering = "-pk"


class BreaksAPI(StationAPIView):
    """The breaks of the station and of those below it."""

    capability: ClassVar[str] = "break.view"

    @extend_schema(
        operation_id="breaks_list",
        parameters=[
            OpenApiParameter(
                "state", str, description="open, explained, healed, closed, unsettled"
            ),
            OpenApiParameter("kind", str, description="facts_vs_files, message_unapplied, …"),
        ],
        responses=page_of(BreakSerializer),
    )
    def get(self, request: Request) -> Response:
        """List breaks, newest first, page by page."""
        rows = breaks_in_sight(
            state=request.query_params.get("state", ""), kind=request.query_params.get("kind", "")
        )
        pages = NewestFirst()
        with in_network():
            found = pages.paginate_queryset(rows, request, view=self) or []
            return pages.get_paginated_response([break_as_json(case) for case in found])


class BreakAPI(StationAPIView):
    """One break."""

    capability: ClassVar[str] = "break.view"

    @extend_schema(operation_id="breaks_read", responses=BreakDetailSerializer)
    def get(self, request: Request, break_id: int) -> Response:
        """Answer with the break and everything done about it."""
        return Response(break_with_events(get_break(break_id)))


class HealAPI(StationAPIView):
    """Bring a break right."""

    capability: ClassVar[str] = "break.work"

    @extend_schema(operation_id="breaks_heal", request=None, responses=BreakDetailSerializer)
    def post(self, request: Request, break_id: int) -> Response:
        """Correct the difference from the records and compare again."""
        services.heal(break_id, actor=self.actor, now=clock.now())
        return Response(break_with_events(get_break(break_id)))


class ExplainAPI(StationAPIView):
    """Say what is known about a break."""

    capability: ClassVar[str] = "break.work"

    @extend_schema(
        operation_id="breaks_explain", request=CommentSerializer, responses=BreakDetailSerializer
    )
    def post(self, request: Request, break_id: int) -> Response:
        """Note the words; the break stays to be worked on."""
        services.explain(break_id, comment=_words(request), actor=self.actor, now=clock.now())
        return Response(break_with_events(get_break(break_id)))


class CloseAPI(StationAPIView):
    """Close a break that needs no healing."""

    capability: ClassVar[str] = "break.work"

    @extend_schema(
        operation_id="breaks_close", request=CommentSerializer, responses=BreakDetailSerializer
    )
    def post(self, request: Request, break_id: int) -> Response:
        """Close it in words; should it still be there, it is found anew."""
        services.close(break_id, comment=_words(request), actor=self.actor, now=clock.now())
        return Response(break_with_events(get_break(break_id)))


class ReconcileAPI(StationAPIView):
    """Compare facts with files, messages with effects, totals with their parts."""

    capability: ClassVar[str] = "reconcile.run"

    @extend_schema(
        operation_id="reconcile", request=None, responses={200: RunSerializer, 202: RunSerializer}
    )
    def post(self, request: Request) -> Response:
        """Compare the station and everything below it: at once when that is quick, else by a worker."""
        now = clock.now()
        run = services.begin_run(self.station, actor=self.actor, now=now)
        run = services.run_now_or_soon(run, now=now)
        code = status.HTTP_202_ACCEPTED if run.state == RunState.RUNNING else status.HTTP_200_OK
        return Response(run_as_json(run, self.station), status=code)


class RunAPI(StationAPIView):
    """One reconciliation."""

    capability: ClassVar[str] = "break.view"

    @extend_schema(operation_id="reconcile_run", responses=RunSerializer)
    def get(self, request: Request, run_id: int) -> Response:
        """Answer how far it is and what it found."""
        return Response(run_as_json(get_run(run_id), self.station))


def _words(request: Request) -> str:
    data: Any = request.data
    words = data.get("comment", "") if hasattr(data, "get") else ""
    return words if isinstance(words, str) else ""
