"""Endpoints of the audit chain: to read and to prove, never to write."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from shared_apps.audit.models import AuditRow
from shared_apps.audit.selectors import AuditFilter, rows_here
from shared_apps.audit.services import Verdict, examine
from tenants.selectors import station_with_code


class AuditRowAnswer(serializers.ModelSerializer[AuditRow]):
    """One row of the chain; hashes in hexadecimal."""

    prev = serializers.SerializerMethodField()
    hash = serializers.SerializerMethodField()

    class Meta:
        model = AuditRow
        fields = [
            "seq",
            "at",
            "event",
            "actor_name",
            "via",
            "subject_kind",
            "subject_id",
            "data",
            "prev",
            "hash",
        ]

    def get_prev(self, row: AuditRow) -> str:
        """Give the hash before."""
        return bytes(row.prev).hex()

    def get_hash(self, row: AuditRow) -> str:
        """Give the hash."""
        return bytes(row.hash).hex()


class AuditView(StationAPIView):
    """The chain of the station."""

    capability = {"GET": "audit.view"}

    @extend_schema(
        operation_id="audit_list",
        parameters=[
            OpenApiParameter("event", str, description="Beginning of the event's name"),
            OpenApiParameter("subject_kind", str),
            OpenApiParameter("subject_id", str),
        ],
        responses=page_of(AuditRowAnswer),
    )
    def get(self, request: Request) -> Response:
        """List what was done, newest first, by cursor."""
        query = request.query_params
        wanted = AuditFilter(
            event=query.get("event", ""),
            subject_kind=query.get("subject_kind", ""),
            subject_id=query.get("subject_id", ""),
        )
        pages = CursorPages()
        page = pages.paginate_queryset(rows_here(wanted), request, view=self)
        return pages.get_paginated_response(AuditRowAnswer(page, many=True).data)


class VerdictAnswer(serializers.Serializer[Verdict]):
    """What the proof of one chain found; `first_broken` is null when it holds."""

    chain = serializers.CharField()
    holds = serializers.BooleanField()
    first_broken = serializers.IntegerField(allow_null=True)
    why = serializers.ChoiceField(choices=["", "order", "content", "head", "anchor"])
    rows = serializers.IntegerField()
    anchors = serializers.IntegerField()
    last_hash = serializers.CharField()


class VerifyView(StationAPIView):
    """Whether the chain of the station holds."""

    capability = {"GET": "audit.view"}

    @extend_schema(operation_id="audit_verify", responses=VerdictAnswer)
    def get(self, _request: Request) -> Response:
        """Prove the chain: every row, their order, the head, and the anchors in the chain above."""
        return Response(answer_of(self.station.code, examine(self.station)))


class NetworkVerifyView(StationAPIView):
    """Whether the chain of the network, or of one station, holds."""

    capability = {"GET": "audit.view"}

    @extend_schema(
        operation_id="audit_network_verify",
        parameters=[
            OpenApiParameter(
                "station", str, description="Code; the network's own chain unless given"
            )
        ],
        responses=VerdictAnswer,
    )
    def get(self, request: Request) -> Response:
        """Prove one chain from the network's pages."""
        code = request.query_params.get("station", "")
        station = station_with_code(code).ref if code else None
        return Response(answer_of(code or "network", examine(station)))


def answer_of(chain: str, verdict: Verdict) -> dict[str, object]:
    """Give a verdict as the endpoints answer it."""
    return {
        "chain": chain,
        "holds": verdict.holds,
        "first_broken": verdict.first_broken,
        "why": verdict.why,
        "rows": verdict.rows,
        "anchors": verdict.anchors,
        "last_hash": verdict.last_hash.hex(),
    }
