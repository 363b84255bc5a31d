"""Transfers, donations and plans for programs. Every write takes an ``Idempotency-Key``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import SENT_AGAIN, CursorPages, StationAPIView, page_of
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from tenant_apps.funds.selectors import get_fund
from tenant_apps.sources import services
from tenant_apps.sources.flow import DONATION_FLOW, DONATIONS, flow_of
from tenant_apps.sources.models import Donation
from tenant_apps.sources.selectors import (
    DonationSearch,
    TransferSearch,
    donations,
    get_donation,
    get_transfer,
    means_of,
    plan_lines,
    rule_of,
    transfers,
)
from tenant_apps.sources.serializers import (
    DonationQuery,
    DonationRequest,
    DonationRow,
    PlanRow,
    StepRequest,
    TermsRequest,
    TermsRow,
    TransferQuery,
    TransferRequest,
    TransferRow,
    WordsRequest,
)


def _asked(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return these values of a body.

    Raises:
        InvalidInput: S301 one is missing.
    """
    missing = [name for name in names if name not in given]
    if missing:
        raise InvalidInput(
            [Problem(code="S301", field=name, message=_("请填写此项。")) for name in missing]
        )
    return {name: given[name] for name in names}


class TransfersView(StationAPIView):
    """The transfers to and from other stations."""

    capability = {"GET": "fund.view", "POST": "transfer.plan"}

    @extend_schema(
        operation_id="transfers_list", parameters=[TransferQuery], responses=page_of(TransferRow)
    )
    def get(self, request: Request) -> Response:
        """List transfers, newest first, by cursor."""
        search = TransferSearch(**self.read(TransferQuery, request.query_params))
        pages = CursorPages()
        page = pages.paginate_queryset(transfers(search, actor=self.actor), request, view=self)
        return pages.get_paginated_response(TransferRow(page, many=True).data)

    @extend_schema(
        operation_id="transfers_plan", request=TransferRequest, responses={201: TransferRow}
    )
    def post(self, request: Request) -> Response:
        """Plan a transfer; two more people check and approve it."""
        transfer = services.plan_transfer(**self.read(TransferRequest, request.data), **self.edge)
        return Response(TransferRow(transfer).data, status=201)


class TransferView(StationAPIView):
    """One end of a transfer."""

    capability = {"GET": "fund.view"}

    @extend_schema(operation_id="transfers_get", responses=TransferRow)
    def get(self, _request: Request, transfer_id: UUID) -> Response:
        """Give one end of a transfer."""
        return Response(TransferRow(get_transfer(transfer_id, actor=self.actor)).data)


class TransferStepView(StationAPIView):
    """The steps of a transfer."""

    capability = {"POST": "fund.view"}

    @extend_schema(operation_id="transfers_step", request=StepRequest, responses=TransferRow)
    def post(self, request: Request, transfer_id: UUID, action: str) -> Response:
        """Take a step: check, approve, instruct, cancel, agree, recall, settle; at the receiver report."""
        transfer = get_transfer(transfer_id, actor=self.actor)
        key, flow = transfer.pk, flow_of(transfer.side)
        if action not in flow.steps:
            raise NotFound
        self.actor.require(flow.steps[action].capability)
        given, who = self.read(StepRequest, request.data), self.edge
        acts: Mapping[str, Callable[[], Any]] = {
            "check": lambda: services.check_transfer(key, **who),
            "approve": lambda: services.approve_transfer(
                key,
                services.Meetings(
                    **_asked(
                        given, "chair_met_on", "chair_decided", "party_met_on", "party_decided"
                    )
                ),
                **who,
            ),
            "instruct": lambda: services.instruct_transfer(key, **who),
            "cancel": lambda: services.cancel_transfer(key, **_asked(given, "reason"), **who),
            "agree": lambda: services.agree_on_received(key, **who),
            "recall": lambda: services.recall_transfer(
                key, **_asked(given, "amount_fen", "reason"), **who
            ),
            "report": lambda: services.report_use(
                key, **_asked(given, "used_fen", "report"), **who
            ),
            "settle": lambda: services.settle_transfer(key, **who),
        }
        return Response(TransferRow(acts[action]()).data)


class DonationsView(StationAPIView):
    """The donations of the station."""

    capability = {"GET": "fund.view", "POST": DONATIONS}
    same_within = SENT_AGAIN

    @extend_schema(
        operation_id="donations_list", parameters=[DonationQuery], responses=page_of(DonationRow)
    )
    def get(self, request: Request) -> Response:
        """List donations, newest first, by cursor."""
        search = DonationSearch(**self.read(DonationQuery, request.query_params))
        pages = CursorPages()
        page = pages.paginate_queryset(donations(search, actor=self.actor), request, view=self)
        return pages.get_paginated_response(DonationRow(page, many=True).data)

    @extend_schema(
        operation_id="donations_pledge", request=DonationRequest, responses={201: DonationRow}
    )
    def post(self, request: Request) -> Response:
        """Enter what somebody promises."""
        donation = services.pledge_donation(**self.read(DonationRequest, request.data), **self.edge)
        return Response(DonationRow(donation).data, status=201)


class DonationView(StationAPIView):
    """One donation."""

    capability = {"GET": "fund.view"}

    @extend_schema(operation_id="donations_get", responses=DonationRow)
    def get(self, _request: Request, donation_id: UUID) -> Response:
        """Give one donation."""
        return Response(DonationRow(get_donation(donation_id, actor=self.actor)).data)


class DonationStepView(StationAPIView):
    """The steps of a donation."""

    capability = {"POST": "fund.view"}

    @extend_schema(operation_id="donations_step", request=WordsRequest, responses=DonationRow)
    def post(self, request: Request, donation_id: UUID, action: str) -> Response:
        """Take a step: receive_goods, receipt; with words allocate, use, feed_back, cancel.

        What goes back to the donor is asked for by `ask_return` with `amount_fen` and words, agreed on by another
        person (`agree_return`), and for money proved by the bank; `stop_return` before that, `undo_return` of goods.
        """
        key = get_donation(donation_id, actor=self.actor).pk
        if action not in DONATION_FLOW.steps:
            raise NotFound
        self.actor.require(DONATION_FLOW.steps[action].capability)
        given, who = self.read(WordsRequest, request.data), self.edge
        words = given.get("words", "")
        acts: Mapping[str, Callable[[], Donation]] = {
            "receive_goods": lambda: services.receive_goods(key, **who),
            "receipt": lambda: services.give_receipt(key, **who),
            "ask_return": lambda: services.ask_return(
                key, **_asked(given, "amount_fen"), reason=words, **who
            ),
            "agree_return": lambda: services.agree_return(key, **who),
            "stop_return": lambda: services.stop_return(key, reason=words, **who),
            "undo_return": lambda: services.undo_return(key, reason=words, **who),
        }
        in_words = partial(services.move_donation, key, action, words=words, **who)
        return Response(DonationRow(acts.get(action, in_words)()).data)


class PlansView(StationAPIView):
    """Planned against received money."""

    capability = {"GET": "fund.view"}

    @extend_schema(operation_id="fund_plans", responses=PlanRow(many=True))
    def get(self, request: Request) -> Response:
        """List the funds that have a plan for a year (`?year=`, the present one otherwise)."""
        self.actor.require("fund.view")
        asked = request.query_params.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else clock.today().year
        return Response(PlanRow(plan_lines(year), many=True).data)


class TermsView(StationAPIView):
    """What is laid down for a fund."""

    capability = {"POST": "fund.manage"}

    @extend_schema(operation_id="fund_terms", request=TermsRequest, responses=TermsRow)
    def post(self, request: Request, fund_id: UUID, what: str) -> Response:
        """Lay down a `plan` of a year, the donor's `rule`, or the `share` that goes to the station above."""
        key, who = get_fund(fund_id, actor=self.actor).pk, self.edge
        given = self.read(TermsRequest, request.data)
        if what == "plan":
            services.plan_fund(key, **_asked(given, "year", "planned_fen"), **who)
        elif what == "rule":
            asked = _asked(given, "students", "each_fen")
            services.lay_down_rule(key, **asked, until=given.get("until"), **who)
        elif what == "share":
            services.lay_down_share(key, **_asked(given, "part", "whole"), **who)
        else:
            raise NotFound
        fund = get_fund(key, actor=self.actor)
        rule = rule_of(fund)
        tenths = rule.tenths_of_years(means_of(fund).total_fen) if rule else None
        row = {"fund_id": fund.pk, "terms": fund.terms, "tenths_of_years": tenths}
        return Response(TermsRow(row).data)
