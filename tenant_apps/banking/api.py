"""Endpoints of bank statements: the same acts as on the pages, by the same services."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.kernel.errors import NotFound
from shared_apps.bankfiles.models import BreakType, LineState, Statement, StatementState
from tenant_apps.banking import services
from tenant_apps.banking.balance import reconciliation
from tenant_apps.banking.reading import MOST_BYTES
from tenant_apps.banking.selectors import (
    expectations,
    get_line,
    get_statement,
    lines_of,
    open_lines_found,
    receipts,
    statements,
)
from tenant_apps.banking.serializers import (
    DayQuery,
    EnterRequest,
    ExpectationRow,
    LineRow,
    MatchRequest,
    ReasonRequest,
    ReceiptRow,
    ReconciliationRow,
    RefundRequest,
    RevealedRow,
    StatementRow,
    UploadRequest,
)
from tenant_apps.funds.serializers import JournalRow


class _Newest(CursorPages):
    ordering = "-created_at"


class _InOrder(CursorPages):
    ordering = "number"


class _ByKey(CursorPages):
    ordering = "-id"


def _answer(statement: Statement, *, done: int) -> Response:
    status = 202 if statement.is_working else done
    if statement.state == StatementState.REFUSED:
        status = 422
    return Response(StatementRow(statement).data, status=status)


class StatementsView(StationAPIView):
    """The statements of the station."""

    capability = {"GET": "fund.view", "POST": "fund.post"}
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="bank_statements", responses=page_of(StatementRow))
    def get(self, request: Request) -> Response:
        """List the statements, newest first, by cursor."""
        pages = _Newest()
        page = pages.paginate_queryset(statements(actor=self.actor), request, view=self)
        return pages.get_paginated_response(StatementRow(page, many=True).data)

    @extend_schema(
        operation_id="bank_statement_upload",
        request={"multipart/form-data": UploadRequest},
        responses={201: StatementRow, 202: StatementRow, 422: StatementRow},
        description=(
            "A small file is read at once (201), a large one in the background (202). One that is not whole "
            "is refused with every problem (422) and none of its lines. The same file again is the same statement."
        ),
    )
    def post(self, request: Request) -> Response:
        """Bring the file of a bank; nothing is posted before a second person has checked it."""
        given = self.read(UploadRequest, request.data)
        file = given.pop("file")
        statement = services.upload_statement(
            file.read(MOST_BYTES + 1), filename=file.name, **given, **self.edge
        )
        return _answer(services.go_on(statement, now=clock.now()), done=201)


class StatementView(StationAPIView):
    """One statement."""

    capability = {"GET": "fund.view"}

    @extend_schema(operation_id="bank_statement", responses=StatementRow)
    def get(self, _request: Request, statement_id: UUID) -> Response:
        """Give a statement, how far it is, and what is wrong with it."""
        return Response(StatementRow(get_statement(statement_id, actor=self.actor)).data)


class StatementLinesView(StationAPIView):
    """The lines of a statement."""

    capability = {"GET": "fund.view"}

    @extend_schema(
        operation_id="bank_statement_lines",
        parameters=[OpenApiParameter("state", str, enum=LineState.values)],
        responses=page_of(LineRow),
    )
    def get(self, request: Request, statement_id: UUID) -> Response:
        """List the lines in the order of the bank, by cursor."""
        statement = get_statement(statement_id, actor=self.actor)
        pages = _InOrder()
        rows = lines_of(statement, state=request.query_params.get("state", ""))
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(LineRow(page, many=True).data)


class CheckStatementView(StationAPIView):
    """The check of a statement."""

    capability = {"POST": "fund.check"}

    @extend_schema(
        operation_id="bank_statement_check",
        request=None,
        responses={200: StatementRow, 202: StatementRow},
    )
    def post(self, _request: Request, statement_id: UUID) -> Response:
        """Check what another person brought, and let it be posted."""
        statement = services.confirm_statement(statement_id, **self.edge)
        return _answer(services.go_on(statement, now=clock.now()), done=200)


class WithdrawStatementView(StationAPIView):
    """The end of a statement that was not posted."""

    capability = {"POST": "fund.post"}

    @extend_schema(
        operation_id="bank_statement_withdraw", request=ReasonRequest, responses=StatementRow
    )
    def post(self, request: Request, statement_id: UUID) -> Response:
        """Take a statement back before anything of it is posted."""
        reason = self.read(ReasonRequest, request.data).get("reason", "")
        statement = services.withdraw_statement(statement_id, reason=reason, **self.edge)
        return Response(StatementRow(statement).data)


class LinesView(StationAPIView):
    """The lines that are open."""

    capability = {"GET": "fund.view"}

    @extend_schema(
        operation_id="bank_lines_open",
        parameters=[
            OpenApiParameter("type", str, enum=BreakType.values),
            OpenApiParameter("words", str, description="In the name or text, or a serial number"),
        ],
        responses=page_of(LineRow),
    )
    def get(self, request: Request) -> Response:
        """List what is not settled over all statements, by cursor."""
        query = request.query_params
        rows = open_lines_found(
            actor=self.actor, break_type=query.get("type", ""), words=query.get("words", "")
        )
        pages = _ByKey()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(LineRow(page, many=True).data)


class LineView(StationAPIView):
    """One line."""

    capability = {"GET": "fund.view"}

    @extend_schema(operation_id="bank_line", responses=LineRow)
    def get(self, _request: Request, line_id: UUID) -> Response:
        """Give a line and what became of it."""
        return Response(LineRow(get_line(line_id, actor=self.actor)).data)


class MatchView(StationAPIView):
    """Pairs by hand."""

    capability = {"POST": "fund.post"}

    @extend_schema(
        operation_id="bank_lines_match", request=MatchRequest, responses={201: LineRow(many=True)}
    )
    def post(self, request: Request) -> Response:
        """Say which expectation lines are; a second person has to agree."""
        lines = services.propose_match(**self.read(MatchRequest, request.data), **self.edge)
        return Response(LineRow(lines, many=True).data, status=201)


class EnterView(StationAPIView):
    """Lines that nothing expects."""

    capability = {"POST": "fund.post"}

    @extend_schema(operation_id="bank_line_enter", request=EnterRequest, responses={201: LineRow})
    def post(self, request: Request, line_id: UUID) -> Response:
        """Say how a line is entered in the books; a second person has to agree."""
        given = self.read(EnterRequest, request.data)
        line = services.propose_closing(line_id, **given, **self.edge)
        return Response(LineRow(line).data, status=201)


class RefundView(StationAPIView):
    """Receipts that go back to whoever paid."""

    capability = {"POST": "fund.post"}

    @extend_schema(operation_id="bank_line_refund", request=RefundRequest, responses={201: LineRow})
    def post(self, request: Request, line_id: UUID) -> Response:
        """Say that a receipt held on 2101 goes back; a second person has to agree, the bank's debit posts it."""
        line = services.propose_refund(
            line_id, **self.read(RefundRequest, request.data), **self.edge
        )
        return Response(LineRow(line).data, status=201)


class KeepView(StationAPIView):
    """Refunds that are called off."""

    capability = {"POST": "fund.post"}

    @extend_schema(operation_id="bank_line_keep", request=ReasonRequest, responses=LineRow)
    def post(self, request: Request, line_id: UUID) -> Response:
        """Keep a receipt that was to go back, for a reason, before the bank has paid."""
        reason = self.read(ReasonRequest, request.data).get("reason", "")
        return Response(LineRow(services.call_off_refund(line_id, reason=reason, **self.edge)).data)


class UndoView(StationAPIView):
    """Lines that were posted as the wrong thing."""

    capability = {"POST": "fund.post"}

    @extend_schema(operation_id="bank_line_undo", request=ReasonRequest, responses={201: LineRow})
    def post(self, request: Request, line_id: UUID) -> Response:
        """Ask that what was posted of a line be taken back while its month is open; a second person has to agree."""
        reason = self.read(ReasonRequest, request.data).get("reason", "")
        line = services.propose_undoing(line_id, reason=reason, **self.edge)
        return Response(LineRow(line).data, status=201)


class ReceiptsView(StationAPIView):
    """The receipts nobody has claimed."""

    capability = {"GET": "fund.view"}

    @extend_schema(operation_id="bank_receipts", responses=page_of(ReceiptRow))
    def get(self, request: Request) -> Response:
        """List what lies on 2101, by cursor."""
        pages = _ByKey()
        page = pages.paginate_queryset(receipts(actor=self.actor), request, view=self)
        return pages.get_paginated_response(ReceiptRow(page, many=True).data)


class AgreeView(StationAPIView):
    """The check of what was said of a line."""

    capability = {"POST": "fund.check"}

    @extend_schema(operation_id="bank_line_agree", request=None, responses=JournalRow)
    def post(self, _request: Request, line_id: UUID) -> Response:
        """Agree to what another person said of a line, and post it."""
        return Response(JournalRow(services.confirm_line(line_id, **self.edge)).data)


class ReturnView(StationAPIView):
    """The return of what was said of a line."""

    capability = {"POST": "fund.view"}

    @extend_schema(operation_id="bank_line_return", request=ReasonRequest, responses=LineRow)
    def post(self, request: Request, line_id: UUID) -> Response:
        """Do not agree, with a reason; its maker takes it back without one."""
        reason = self.read(ReasonRequest, request.data).get("reason", "")
        return Response(LineRow(services.return_line(line_id, reason=reason, **self.edge)).data)


class RevealView(StationAPIView):
    """The number of the account on the other side."""

    capability = {"POST": "fund.post"}

    @extend_schema(operation_id="bank_line_reveal", request=ReasonRequest, responses=RevealedRow)
    def post(self, request: Request, line_id: UUID) -> Response:
        """Give the whole number for a reason; that it was looked at is noted."""
        reason = self.read(ReasonRequest, request.data).get("reason", "")
        number = services.reveal_account(line_id, reason=reason, **self.edge)
        return Response({"account": number})


class ExpectationsView(StationAPIView):
    """What the bank should book."""

    capability = {"GET": "fund.view"}

    @extend_schema(operation_id="bank_expectations", responses=ExpectationRow(many=True))
    def get(self, _request: Request) -> Response:
        """List everything that should come to the account or leave it."""
        return Response(ExpectationRow(expectations(on=clock.today()), many=True).data)


class ReconciliationView(StationAPIView):
    """The bank reconciliation statement."""

    capability = {"GET": "fund.view"}

    @extend_schema(
        operation_id="bank_reconciliation", parameters=[DayQuery], responses=ReconciliationRow
    )
    def get(self, request: Request) -> Response:
        """Set bank and books side by side on a day, the last the bank told of unless given."""
        result = reconciliation(on=self.read(DayQuery, request.query_params).get("on"))
        if result is None:
            raise NotFound
        return Response(ReconciliationRow(result).data)
