"""Endpoints of the audit chain: to read and to prove, never to write."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel.api import CursorPages, StationAPIView
from shared_apps.audit.models import AuditRow
from shared_apps.audit.selectors import AuditFilter, rows_here
from shared_apps.audit.services import verify


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
        responses=AuditRowAnswer(many=True),
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


class VerifyView(StationAPIView):
    """Whether the chain holds."""

    capability = {"GET": "audit.view"}

    @extend_schema(operation_id="audit_verify", responses=OpenApiTypes.OBJECT)
    def get(self, _request: Request) -> Response:
        """Prove the chain; `first_broken` is null when it holds."""
        broken = verify(self.station)
        return Response({"holds": broken is None, "first_broken": broken})
