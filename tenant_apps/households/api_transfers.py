"""Endpoints of files that move to another station."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel.api import CursorPages, page_of
from tenant_apps.households.api_life import LifeView
from tenant_apps.households.life_schemas import (
    HeirRequest,
    OutcomeRow,
    ReasonRequest,
    TextRequest,
    TransferRequest,
    TransferRow,
    outcome_rows,
    transfer_row,
)
from tenant_apps.households.schemas import FileRow
from tenant_apps.households.services import moving
from tenant_apps.households.work import transfers_to_show


class TransfersView(LifeView):
    """The transfers of the station."""

    capability = {"GET": "file.view", "POST": "file.transfer"}

    @extend_schema(operation_id="files_transfers", responses=page_of(TransferRow))
    def get(self, request: Request) -> Response:
        """List those under way, newest first; `?all=1` for all."""
        pages = CursorPages()
        pages.ordering = "-offered_at"
        rows = transfers_to_show(waiting=not request.query_params.get("all"))
        found = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([transfer_row(one) for one in found])

    @extend_schema(
        operation_id="files_transfer_all", request=HeirRequest, responses=OutcomeRow(many=True)
    )
    def post(self, request: Request) -> Response:
        """Offer every open file of a unit that closes to its heir."""
        return Response(
            outcome_rows(moving.offer_all(**self.read(HeirRequest, request.data), **self.edge))
        )


class OfferView(LifeView):
    """Offer a file to another station."""

    capability = {"POST": "file.transfer"}

    @extend_schema(
        operation_id="files_transfer", request=TransferRequest, responses={201: TransferRow}
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        """Offer it; the other station accepts, the one above both confirms."""
        made = moving.offer_transfer(
            file_id, **self.read(TransferRequest, request.data), **self.edge
        )
        return Response(transfer_row(made), status=201)


class CancelTransferView(LifeView):
    """Take an offer back."""

    capability = {"POST": "file.transfer"}

    @extend_schema(operation_id="files_transfer_cancel", request=ReasonRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Take it back before it is confirmed."""
        moving.cancel_transfer(file_id, **self.read(ReasonRequest, request.data), **self.edge)
        return self.file_answer(file_id)


class AcceptTransferView(LifeView):
    """Take a file over."""

    capability = {"POST": "file.transfer"}

    @extend_schema(operation_id="transfers_accept", request=TextRequest, responses=TransferRow)
    def post(self, request: Request, transfer_id: UUID) -> Response:
        """Agree to take it over."""
        said = self.read(TextRequest, request.data)
        return Response(transfer_row(moving.accept_transfer(transfer_id, **said, **self.edge)))


class DeclineTransferView(LifeView):
    """Decline a file."""

    capability = {"POST": "file.transfer"}

    @extend_schema(operation_id="transfers_decline", request=ReasonRequest, responses=TransferRow)
    def post(self, request: Request, transfer_id: UUID) -> Response:
        """Decline it with a reason."""
        said = self.read(ReasonRequest, request.data)
        return Response(transfer_row(moving.decline_transfer(transfer_id, **said, **self.edge)))


class ConfirmTransferView(LifeView):
    """Confirm a transfer above both stations."""

    capability = {"POST": "file.transfer"}

    @extend_schema(operation_id="transfers_confirm", request=TextRequest, responses=TransferRow)
    def post(self, request: Request, transfer_id: UUID) -> Response:
        """Confirm it: the file is handed over."""
        said = self.read(TextRequest, request.data)
        return Response(transfer_row(moving.confirm_transfer(transfer_id, **said, **self.edge)))


class RefuseTransferView(LifeView):
    """Refuse a transfer above both stations."""

    capability = {"POST": "file.transfer"}

    @extend_schema(operation_id="transfers_refuse", request=ReasonRequest, responses=TransferRow)
    def post(self, request: Request, transfer_id: UUID) -> Response:
        """Refuse it with a reason: the file stays."""
        said = self.read(ReasonRequest, request.data)
        return Response(transfer_row(moving.refuse_transfer(transfer_id, **said, **self.edge)))
