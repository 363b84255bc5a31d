"""Endpoint of lists of cards that were issued on paper."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel.api import StationAPIView
from tenant_apps.benefits import services
from tenant_apps.benefits.serializers import CardListRequest, CardListView
from tenant_apps.imports.sheets import MAX_UPLOAD_BYTES


class CardListEndpoint(StationAPIView):
    """Lists of cards that were issued on paper."""

    capability = {"POST": "benefit.check"}
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="cards_take_in",
        request={"multipart/form-data": CardListRequest},
        responses={201: CardListView},
    )
    def post(self, request: Request) -> Response:
        """Take a list in, whole; wrong rows are listed (422), and nothing is kept unless they may be left out."""
        given = self.read(CardListRequest, request.data)
        file = given.pop("file")
        taken = services.take_in_cards(
            file.read(MAX_UPLOAD_BYTES + 1), filename=file.name, **given, **self.edge
        )
        left = len({one.row for one in taken.problems})
        return Response({"cards": len(taken.cards), "left_out": left}, status=201)
