"""Endpoints of cards, reliefs, partners and settlements, below ``/s/<code>/api/v1/benefits/``."""

from django.urls import path

from tenant_apps.benefits import api, api_lists

app_name = "benefits_api"

_PARTNER = "partners/<uuid:partner_id>/"
_AGREEMENT = "agreements/<uuid:agreement_id>/"
_CARD = "cards/<uuid:card_id>/"
_WAITING = "settlements/waiting/<uuid:settlement_id>/"
urlpatterns = [
    path("partners/", api.PartnersEndpoint.as_view(), name="partners"),
    path(_PARTNER, api.PartnerEndpoint.as_view(), name="partner"),
    path(f"{_PARTNER}end/", api.EndPartnerEndpoint.as_view(), name="end-partner"),
    path(f"{_PARTNER}agreements/", api.AgreementsEndpoint.as_view(), name="agreements"),
    path(f"{_AGREEMENT}confirm/", api.ConfirmAgreementEndpoint.as_view(), name="confirm-agreement"),
    path(f"{_AGREEMENT}end/", api.EndAgreementEndpoint.as_view(), name="end-agreement"),
    path("cards/", api.CardsEndpoint.as_view(), name="cards"),
    path("cards/list/", api_lists.CardListEndpoint.as_view(), name="card-list"),
    path(_CARD, api.CardEndpoint.as_view(), name="card"),
    path(f"{_CARD}steps/<slug:step>/", api.CardStepEndpoint.as_view(), name="card-step"),
    path(f"{_CARD}charge/", api.ChargeEndpoint.as_view(), name="charge"),
    path(f"{_CARD}purchases/", api.PurchaseEndpoint.as_view(), name="purchase"),
    path(f"{_CARD}entries/", api.EntriesEndpoint.as_view(), name="entries"),
    path("entries/<uuid:entry_id>/reverse/", api.ReverseEndpoint.as_view(), name="reverse"),
    path("reliefs/", api.ReliefsEndpoint.as_view(), name="reliefs"),
    path("tickets/", api.TicketsEndpoint.as_view(), name="tickets"),
    path("settlements/", api.SettlementsEndpoint.as_view(), name="settlements"),
    path("settlements/waiting/", api.WaitingEndpoint.as_view(), name="waiting"),
    path(f"{_WAITING}confirm/", api.ConfirmSettlementEndpoint.as_view(), name="confirm-settlement"),
    path(f"{_WAITING}return/", api.ReturnSettlementEndpoint.as_view(), name="return-settlement"),
]
