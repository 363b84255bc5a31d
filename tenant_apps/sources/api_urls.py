"""Endpoints of transfers, donations and plans, below ``/s/<code>/api/v1/sources/``."""

from django.urls import path

from tenant_apps.sources import api

app_name = "sources_api"

urlpatterns = [
    path("transfers/", api.TransfersView.as_view(), name="transfers"),
    path("transfers/<uuid:transfer_id>/", api.TransferView.as_view(), name="transfer"),
    path(
        "transfers/<uuid:transfer_id>/<slug:action>/",
        api.TransferStepView.as_view(),
        name="transfer-step",
    ),
    path("donations/", api.DonationsView.as_view(), name="donations"),
    path("donations/<uuid:donation_id>/", api.DonationView.as_view(), name="donation"),
    path(
        "donations/<uuid:donation_id>/<slug:action>/",
        api.DonationStepView.as_view(),
        name="donation-step",
    ),
    path("plans/", api.PlansView.as_view(), name="plans"),
    path("funds/<uuid:fund_id>/<slug:what>/", api.TermsView.as_view(), name="terms"),
]
