"""Pages of cards, reliefs, partners and settlements, below ``/s/<code>/benefits/``."""

from django.urls import path

from tenant_apps.benefits.views import card_lists, cards, partners, reliefs

app_name = "benefits"

urlpatterns = [
    path("cards/", cards.card_list, name="cards"),
    path("cards/new/", cards.choose, name="choose"),
    path("cards/new/<uuid:file_id>/", cards.new_card, name="new-card"),
    path("cards/purchase/", cards.purchase, name="purchase"),
    path("cards/list/", card_lists.take_in, name="take-in"),
    path("cards/list/template/", card_lists.template, name="card-template"),
    path("cards/<uuid:card_id>/", cards.card_page, name="card"),
    path("cards/<uuid:card_id>/charge/", cards.charge, name="charge"),
    path("cards/<uuid:card_id>/<slug:step>/", cards.step, name="step"),
    path("entries/<uuid:entry_id>/reverse/", cards.reverse, name="reverse"),
    path("reliefs/", reliefs.relief_list, name="reliefs"),
    path("reliefs/new/<uuid:file_id>/", reliefs.new_relief, name="new-relief"),
    path("reliefs/tickets/<uuid:file_id>/", reliefs.tickets, name="tickets"),
    path("partners/", partners.partner_list, name="partners"),
    path("partners/new/", partners.partner_form, name="new-partner"),
    path("partners/<uuid:partner_id>/", partners.partner_page, name="partner"),
    path("partners/<uuid:partner_id>/edit/", partners.partner_form, name="edit-partner"),
    path("partners/<uuid:partner_id>/end/", partners.partner_step, name="end-partner"),
    path("partners/<uuid:partner_id>/agreements/", partners.new_agreement, name="new-agreement"),
    path(
        "agreements/<uuid:agreement_id>/<slug:action>/",
        partners.agreement_step,
        name="agreement-step",
    ),
    path("settlements/", partners.settlement_list, name="settlements"),
    path("settlements/new/", partners.new_settlement, name="new-settlement"),
    path("settlements/<uuid:todo_id>/<slug:action>/", partners.decide, name="decide"),
]
