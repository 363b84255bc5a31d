"""Endpoints of cards, reliefs, partners and settlements: the same acts as on the pages, by the same services."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from tenant_apps.benefits import services
from tenant_apps.benefits.models import EntryKind
from tenant_apps.benefits.rules import Line
from tenant_apps.benefits.selectors import (
    CardSearch,
    agreements,
    cards,
    entries,
    get_card,
    get_partner,
    partners,
    settlements,
    waiting_settlements,
)
from tenant_apps.benefits.serializers import (
    AgreementRequest,
    AgreementView,
    BenefitEntryView,
    BenefitReasonRequest,
    CardRequest,
    CardStepRequest,
    CardView,
    ChargeRequest,
    PartnerRequest,
    PartnerView,
    PurchaseRequest,
    ReliefRequest,
    SettlementRequest,
    TicketsRequest,
    WaitingMonthView,
)
from tenant_apps.benefits.services import AgreementDetails, PartnerDetails, Purchase, Relief
from tenant_apps.households.selectors import get_file


class PartnersEndpoint(StationAPIView):
    """The partners."""

    capability = {"GET": "benefit.view", "POST": "partner.manage"}

    @extend_schema(operation_id="partners_list", responses=page_of(PartnerView))
    def get(self, request: Request) -> Response:
        """List the partners of this station and of those above it, by cursor."""
        pages = CursorPages()
        rows = partners(actor=self.actor).order_by("-id")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(PartnerView(page, many=True).data)

    @extend_schema(
        operation_id="partners_add", request=PartnerRequest, responses={201: PartnerView}
    )
    def post(self, request: Request) -> Response:
        """Enter a partner."""
        details = PartnerDetails(**self.read(PartnerRequest, request.data))
        partner = services.keep_partner(details, **self.edge)
        return Response(PartnerView(partner).data, status=201)


class PartnerEndpoint(StationAPIView):
    """One partner."""

    capability = {"GET": "benefit.view", "PUT": "partner.manage"}

    @extend_schema(operation_id="partners_one", responses=PartnerView)
    def get(self, _request: Request, partner_id: UUID) -> Response:
        """Give one partner."""
        return Response(PartnerView(get_partner(partner_id, actor=self.actor)).data)

    @extend_schema(operation_id="partners_change", request=PartnerRequest, responses=PartnerView)
    def put(self, request: Request, partner_id: UUID) -> Response:
        """Change what is said of a partner of this station."""
        details = PartnerDetails(**self.read(PartnerRequest, request.data))
        partner = services.keep_partner(details, partner_id=partner_id, **self.edge)
        return Response(PartnerView(partner).data)


class EndPartnerEndpoint(StationAPIView):
    """The end of working with a partner."""

    capability = {"POST": "partner.manage"}

    @extend_schema(operation_id="partners_end", request=None, responses=PartnerView)
    def post(self, _request: Request, partner_id: UUID) -> Response:
        """Stop working with a partner; its agreements end."""
        return Response(PartnerView(services.end_partner(partner_id, **self.edge)).data)


class AgreementsEndpoint(StationAPIView):
    """The agreements with a partner."""

    capability = {"GET": "benefit.view", "POST": "partner.manage"}

    @extend_schema(operation_id="agreements_list", responses=AgreementView(many=True))
    def get(self, _request: Request, partner_id: UUID) -> Response:
        """List the agreements with a partner, the latest first."""
        get_partner(partner_id, actor=self.actor)
        rows = agreements(actor=self.actor, partner_id=partner_id)
        return Response(AgreementView(rows, many=True).data)

    @extend_schema(
        operation_id="agreements_draft", request=AgreementRequest, responses={201: AgreementView}
    )
    def post(self, request: Request, partner_id: UUID) -> Response:
        """Write an agreement down; a second person puts it in force."""
        details = AgreementDetails(**self.read(AgreementRequest, request.data))
        agreement = services.draft_agreement(partner_id, details, **self.edge)
        return Response(AgreementView(agreement).data, status=201)


class ConfirmAgreementEndpoint(StationAPIView):
    """The second person agrees."""

    capability = {"POST": "partner.manage"}

    @extend_schema(operation_id="agreements_confirm", request=None, responses=AgreementView)
    def post(self, _request: Request, agreement_id: UUID) -> Response:
        """Put an agreement in force."""
        agreement = services.confirm_agreement(agreement_id, **self.edge)
        return Response(AgreementView(agreement).data)


class EndAgreementEndpoint(StationAPIView):
    """The end of an agreement."""

    capability = {"POST": "partner.manage"}

    @extend_schema(
        operation_id="agreements_end", request=BenefitReasonRequest, responses=AgreementView
    )
    def post(self, request: Request, agreement_id: UUID) -> Response:
        """End an agreement before its last day."""
        reason = self.read(BenefitReasonRequest, request.data).get("reason", "")
        agreement = services.end_agreement(agreement_id, reason=reason, **self.edge)
        return Response(AgreementView(agreement).data)


class CardsEndpoint(StationAPIView):
    """The register of cards."""

    capability = {"GET": "benefit.view", "POST": "benefit.keep"}

    @extend_schema(
        operation_id="cards_list",
        parameters=[
            OpenApiParameter("words", str, description="A number, a file number or a name"),
            OpenApiParameter("kind", str),
            OpenApiParameter("state", str),
            OpenApiParameter("tab", str, enum=["due"], description="Due for the yearly check"),
        ],
        responses=page_of(CardView),
    )
    def get(self, request: Request) -> Response:
        """List the cards and certificates, newest first, by cursor."""
        names = ("words", "kind", "state", "tab")
        search = CardSearch(**{name: request.query_params.get(name, "") for name in names})
        pages = CursorPages()
        rows = cards(search, actor=self.actor, on=clock.today())
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(CardView(page, many=True).data)

    @extend_schema(operation_id="cards_apply", request=CardRequest, responses={201: CardView})
    def post(self, request: Request) -> Response:
        """Ask for a card of a household on file."""
        given = self.read(CardRequest, request.data)
        file = get_file(given.pop("file_id"), actor=self.actor)
        card = services.apply_for_card(file.pk, **given, **self.edge)
        return Response(CardView(card).data, status=201)


class CardEndpoint(StationAPIView):
    """One card."""

    capability = {"GET": "benefit.view"}

    @extend_schema(operation_id="cards_one", responses=CardView)
    def get(self, _request: Request, card_id: UUID) -> Response:
        """Give one card with its balance."""
        return Response(CardView(get_card(card_id, actor=self.actor)).data)


class CardStepEndpoint(StationAPIView):
    """The steps of a card."""

    capability = {"POST": "benefit.view"}

    @extend_schema(operation_id="cards_step", request=CardStepRequest, responses=CardView)
    def post(self, request: Request, card_id: UUID, step: str) -> Response:
        """Take a card a step: issue, activate, suspend, resume, renew, cancel, replace."""
        get_card(card_id, actor=self.actor)
        given = {"number": "", "reason": "", **self.read(CardStepRequest, request.data)}
        if step == "issue":
            card = services.issue_card(card_id, number=given["number"], **self.edge)
        elif step == "replace":
            card = services.replace_card(card_id, **given, **self.edge)
        else:
            card = services.step_card(card_id, step, reason=given["reason"], **self.edge)
        return Response(CardView(card).data)


class ChargeEndpoint(StationAPIView):
    """Putting money on a card."""

    capability = {"POST": "benefit.charge"}

    @extend_schema(
        operation_id="cards_charge", request=ChargeRequest, responses={201: BenefitEntryView}
    )
    def post(self, request: Request, card_id: UUID) -> Response:
        """Put money on a card."""
        entry = services.charge_card(card_id, **self.read(ChargeRequest, request.data), **self.edge)
        return Response(BenefitEntryView(entry).data, status=201)


class PurchaseEndpoint(StationAPIView):
    """Buying with a card."""

    capability = {"POST": "benefit.keep"}

    @extend_schema(
        operation_id="cards_purchase", request=PurchaseRequest, responses={201: BenefitEntryView}
    )
    def post(self, request: Request, card_id: UUID) -> Response:
        """Enter what was bought with a card; it is split as agreed."""
        bought = Purchase(**self.read(PurchaseRequest, request.data))
        entry = services.record_purchase(card_id, bought, **self.edge)
        return Response(BenefitEntryView(entry).data, status=201)


class EntriesEndpoint(StationAPIView):
    """What was done with a card."""

    capability = {"GET": "benefit.view"}

    @extend_schema(operation_id="cards_entries", responses=page_of(BenefitEntryView))
    def get(self, request: Request, card_id: UUID) -> Response:
        """List the entries of a card, newest first, by cursor."""
        card = get_card(card_id, actor=self.actor)
        pages = CursorPages()
        rows = entries(actor=self.actor, card_id=card.pk)
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(BenefitEntryView(page, many=True).data)


class ReverseEndpoint(StationAPIView):
    """Taking an entry back."""

    capability = {"POST": "benefit.view"}

    @extend_schema(
        operation_id="entries_reverse",
        request=BenefitReasonRequest,
        responses={201: BenefitEntryView},
    )
    def post(self, request: Request, entry_id: UUID) -> Response:
        """Take an entry back by another with the sign turned."""
        reason = self.read(BenefitReasonRequest, request.data).get("reason", "")
        entry = services.reverse_entry(entry_id, reason=reason, **self.edge)
        return Response(BenefitEntryView(entry).data, status=201)


class ReliefsEndpoint(StationAPIView):
    """Reliefs."""

    capability = {"GET": "benefit.view", "POST": "benefit.keep"}

    @extend_schema(operation_id="reliefs_list", responses=page_of(BenefitEntryView))
    def get(self, request: Request) -> Response:
        """List reliefs and tickets, newest first, by cursor."""
        pages = CursorPages()
        rows = entries(actor=self.actor, kinds=(EntryKind.RELIEF, EntryKind.TICKETS))
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(BenefitEntryView(page, many=True).data)

    @extend_schema(
        operation_id="reliefs_add", request=ReliefRequest, responses={201: BenefitEntryView}
    )
    def post(self, request: Request) -> Response:
        """Note what a household was let off."""
        given = self.read(ReliefRequest, request.data)
        file = get_file(given.pop("file_id"), actor=self.actor)
        entry = services.record_relief(file.pk, Relief(**given), **self.edge)
        return Response(BenefitEntryView(entry).data, status=201)


class TicketsEndpoint(StationAPIView):
    """Cinema tickets."""

    capability = {"POST": "benefit.keep"}

    @extend_schema(
        operation_id="tickets_give", request=TicketsRequest, responses={201: BenefitEntryView}
    )
    def post(self, request: Request) -> Response:
        """Give a household its tickets of the year."""
        given = self.read(TicketsRequest, request.data)
        file = get_file(given["file_id"], actor=self.actor)
        entry = services.give_tickets(file.pk, quantity=given["quantity"], **self.edge)
        return Response(BenefitEntryView(entry).data, status=201)


class SettlementsEndpoint(StationAPIView):
    """The months that were settled."""

    capability = {"GET": "benefit.view", "POST": "benefit.settle"}

    @extend_schema(operation_id="settlements_list", responses=page_of(BenefitEntryView))
    def get(self, request: Request) -> Response:
        """List the settled months, newest first, by cursor."""
        pages = CursorPages()
        rows = settlements(actor=self.actor).order_by("-id")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(BenefitEntryView(page, many=True).data)

    @extend_schema(
        operation_id="settlements_propose",
        request=SettlementRequest,
        responses={201: WaitingMonthView},
    )
    def post(self, request: Request) -> Response:
        """Compare a month with a partner's statement; a second person posts it."""
        given = self.read(SettlementRequest, request.data)
        statement = [Line(**line) for line in given.pop("statement")]
        todo = services.propose_settlement(
            given.pop("partner_id"), statement=statement, **given, **self.edge
        )
        return Response(WaitingMonthView(todo).data, status=201)


class WaitingEndpoint(StationAPIView):
    """The months that wait."""

    capability = {"GET": "benefit.view"}

    @extend_schema(operation_id="settlements_waiting", responses=WaitingMonthView(many=True))
    def get(self, _request: Request) -> Response:
        """List the months that wait for their second person, oldest first."""
        return Response(WaitingMonthView(waiting_settlements(), many=True).data)


class ConfirmSettlementEndpoint(StationAPIView):
    """The second person agrees with a month."""

    capability = {"POST": "fund.check"}

    @extend_schema(operation_id="settlements_confirm", request=None, responses=BenefitEntryView)
    def post(self, _request: Request, settlement_id: UUID) -> Response:
        """Post a month."""
        return Response(
            BenefitEntryView(services.confirm_settlement(settlement_id, **self.edge)).data
        )


class ReturnSettlementEndpoint(StationAPIView):
    """The second person does not agree."""

    capability = {"POST": "benefit.view"}

    @extend_schema(
        operation_id="settlements_return", request=BenefitReasonRequest, responses={204: None}
    )
    def post(self, request: Request, settlement_id: UUID) -> Response:
        """Return a month with a reason; whoever proposed it takes it back without one."""
        reason = self.read(BenefitReasonRequest, request.data).get("reason", "")
        services.return_settlement(settlement_id, reason=reason, **self.edge)
        return Response(status=204)
