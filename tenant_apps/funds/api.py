"""Endpoints of the ledger: the same acts as on the pages, by the same services."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.kernel.errors import NotFound
from tenant_apps.funds import services
from tenant_apps.funds.models import Book
from tenant_apps.funds.rules import Leg
from tenant_apps.funds.selectors import (
    JournalSearch,
    entries_of,
    funds,
    get_account,
    get_fund,
    get_journal,
    journals,
    periods_of,
    standings,
    trial_balance,
    waiting_vouchers,
    years,
)
from tenant_apps.funds.serializers import (
    BalanceQuery,
    BalanceRow,
    DraftRow,
    EntryRow,
    FundRequest,
    FundRow,
    JournalRow,
    JournalWhole,
    PeriodRow,
    ReasonRequest,
    ReversalRequest,
    StandingRow,
    VoucherRequest,
)

YEAR = OpenApiParameter("year", int, description="The newest opened year unless given")


class FundsView(StationAPIView):
    """The funds of the station."""

    capability = {"GET": "fund.view", "POST": "fund.manage"}

    @extend_schema(operation_id="funds_list", responses=FundRow(many=True))
    def get(self, _request: Request) -> Response:
        """List the funds, those in use first."""
        return Response(FundRow(funds(actor=self.actor), many=True).data)

    @extend_schema(operation_id="funds_open", request=FundRequest, responses={201: FundRow})
    def post(self, request: Request) -> Response:
        """Open a fund; the same code again is the same fund."""
        fund = services.open_fund(**self.read(FundRequest, request.data), **self.edge)
        return Response(FundRow(fund).data, status=201)


class CloseFundView(StationAPIView):
    """The end of a fund."""

    capability = {"POST": "fund.manage"}

    @extend_schema(operation_id="funds_close", request=None, responses=FundRow)
    def post(self, _request: Request, fund_id: UUID) -> Response:
        """Close a fund that has no balance left."""
        return Response(FundRow(services.close_fund(fund_id, **self.edge)).data)


class StandingsView(StationAPIView):
    """Budget and final accounts."""

    capability = {"GET": "fund.view"}

    @extend_schema(
        operation_id="funds_standings", parameters=[YEAR], responses=StandingRow(many=True)
    )
    def get(self, request: Request) -> Response:
        """Say how each fund stands in a year."""
        known = years()
        asked = request.query_params.get("year", "")
        year = int(asked) if asked.isdecimal() else (known[0] if known else 0)
        if asked and year not in known:
            raise NotFound
        rows = standings(list(funds(actor=self.actor)), year=year)
        return Response(StandingRow(rows, many=True).data)


class JournalsView(StationAPIView):
    """The vouchers of the station."""

    capability = {"GET": "fund.view"}

    @extend_schema(
        operation_id="journals_list",
        parameters=[
            OpenApiParameter("words", str, description="In the summary, or a number"),
            OpenApiParameter("kind", str),
        ],
        responses=page_of(JournalRow),
    )
    def get(self, request: Request) -> Response:
        """List the vouchers, newest first, by cursor."""
        query = request.query_params
        search = JournalSearch(words=query.get("words", ""), kind=query.get("kind", ""))
        pages = CursorPages()
        rows = journals(search, actor=self.actor).order_by("-id")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(JournalRow(page, many=True).data)


class JournalView(StationAPIView):
    """One voucher."""

    capability = {"GET": "fund.view"}

    @extend_schema(operation_id="journals_one", responses=JournalWhole)
    def get(self, _request: Request, journal_id: UUID) -> Response:
        """Give a voucher with its legs and its hash."""
        return Response(JournalWhole(get_journal(journal_id, actor=self.actor)).data)


class ReverseView(StationAPIView):
    """The reversal of a voucher."""

    capability = {"POST": "fund.post"}

    @extend_schema(
        operation_id="journals_reverse", request=ReversalRequest, responses={201: DraftRow}
    )
    def post(self, request: Request, journal_id: UUID) -> Response:
        """Ask that a voucher be taken back; the mirror waits for a second person."""
        get_journal(journal_id, actor=self.actor)
        given = self.read(ReversalRequest, request.data)
        draft = services.propose_reversal(journal_id, **given, **self.edge)
        return Response(DraftRow(draft).data, status=201)


class VouchersView(StationAPIView):
    """Vouchers that wait for a second person."""

    capability = {"GET": "fund.view", "POST": "fund.post"}

    @extend_schema(operation_id="vouchers_waiting", responses=DraftRow(many=True))
    def get(self, _request: Request) -> Response:
        """List what waits, oldest first."""
        return Response(DraftRow(waiting_vouchers(actor=self.actor), many=True).data)

    @extend_schema(operation_id="vouchers_make", request=VoucherRequest, responses={201: DraftRow})
    def post(self, request: Request) -> Response:
        """Make a voucher; it waits for a second person."""
        given = self.read(VoucherRequest, request.data)
        legs = [Leg(**leg) for leg in given.pop("legs")]
        draft = services.propose_voucher(**given, legs=legs, **self.edge)
        return Response(DraftRow(draft).data, status=201)


class CheckView(StationAPIView):
    """The check of a voucher."""

    capability = {"POST": "fund.check"}

    @extend_schema(
        operation_id="vouchers_check", request=None, responses={200: JournalWhole, 204: None}
    )
    def post(self, _request: Request, voucher_id: UUID) -> Response:
        """Check what another person made, and post it; 204 where a year was opened with nothing to carry."""
        journal = services.check_voucher(voucher_id, **self.edge)
        if journal is None:
            return Response(status=204)
        return Response(JournalWhole(get_journal(journal.pk, actor=self.actor)).data)


class ReturnView(StationAPIView):
    """The return of a voucher."""

    capability = {"POST": "fund.view"}

    @extend_schema(operation_id="vouchers_return", request=ReasonRequest, responses=DraftRow)
    def post(self, request: Request, voucher_id: UUID) -> Response:
        """Return a voucher with a reason; its maker takes it back without one."""
        reason = self.read(ReasonRequest, request.data).get("reason", "")
        draft = services.return_voucher(voucher_id, reason=reason, **self.edge)
        return Response(DraftRow(draft).data)


class BalanceView(StationAPIView):
    """The trial balance."""

    capability = {"GET": "fund.view"}

    @extend_schema(
        operation_id="ledger_balance", parameters=[BalanceQuery], responses=BalanceRow(many=True)
    )
    def get(self, request: Request) -> Response:
        """Give every account of a book and year up to a day."""
        given = self.read(BalanceQuery, request.query_params)
        year, fund_id = given["year"], given.get("fund_id")
        lines = trial_balance(
            year,
            until=given.get("until") or date(year, 12, 31),
            actor=self.actor,
            fund=get_fund(fund_id, actor=self.actor) if fund_id else None,
            book=given.get("book") or Book.CASH,
        )
        return Response(BalanceRow(lines, many=True).data)


class AccountView(StationAPIView):
    """One account."""

    capability = {"GET": "fund.view"}

    @extend_schema(operation_id="ledger_account", responses=EntryRow(many=True))
    def get(self, _request: Request, account_id: UUID) -> Response:
        """Give the entries of an account of one year with the running balance."""
        account = get_account(account_id, actor=self.actor)
        return Response(EntryRow(entries_of(account), many=True).data)


class PeriodsView(StationAPIView):
    """The months of a year."""

    capability = {"GET": "fund.view", "POST": "fund.post"}

    @extend_schema(operation_id="ledger_periods", parameters=[YEAR], responses=PeriodRow(many=True))
    def get(self, request: Request) -> Response:
        """List the months of a year and whether they take journals."""
        known = years()
        asked = request.query_params.get("year", "")
        year = int(asked) if asked.isdecimal() else (known[0] if known else 0)
        return Response(PeriodRow(periods_of(year), many=True).data)

    @extend_schema(operation_id="ledger_open_year", request=None, responses={201: DraftRow})
    def post(self, _request: Request) -> Response:
        """Ask that the next year be opened; a second person agrees by checking it."""
        known = years()
        year = known[0] + 1 if known else clock.today().year
        return Response(DraftRow(services.propose_year(year, **self.edge)).data, status=201)


class ClosePeriodView(StationAPIView):
    """The closing of a month."""

    capability = {"POST": "fund.manage"}

    @extend_schema(operation_id="ledger_close_period", request=None, responses=PeriodRow)
    def post(self, _request: Request, year: int, month: int) -> Response:
        """Close a month."""
        period = services.close_period(year=year, month=month, **self.edge)
        return Response(PeriodRow(period).data)


class ReopenPeriodView(StationAPIView):
    """The opening of a closed month."""

    capability = {"POST": "fund.reopen"}

    @extend_schema(operation_id="ledger_reopen_period", request=ReasonRequest, responses=PeriodRow)
    def post(self, request: Request, year: int, month: int) -> Response:
        """Open a closed month again, saying why."""
        reason = self.read(ReasonRequest, request.data).get("reason", "")
        period = services.reopen_period(year=year, month=month, reason=reason, **self.edge)
        return Response(PeriodRow(period).data)
