"""Pages of transfers, donations and plans, below ``/s/<code>/sources/``."""

from django.urls import path

from tenant_apps.sources.views import donations, plans, transfers

app_name = "sources"

urlpatterns = [
    path("transfers/", transfers.transfer_list, name="transfers"),
    path("transfers/new/", transfers.new_transfer, name="new-transfer"),
    path("transfers/<uuid:transfer_id>/", transfers.transfer_page, name="transfer"),
    path(
        "transfers/<uuid:transfer_id>/<slug:action>/",
        transfers.transfer_step,
        name="transfer-step",
    ),
    path("donations/", donations.donation_list, name="donations"),
    path("donations/new/", donations.new_donation, name="new-donation"),
    path("donations/<uuid:donation_id>/", donations.donation_page, name="donation"),
    path(
        "donations/<uuid:donation_id>/<slug:action>/",
        donations.donation_step,
        name="donation-step",
    ),
    path("plans/", plans.plan_list, name="plans"),
    path("plans/<uuid:fund_id>/", plans.fund_plan, name="fund-plan"),
    path("plans/<uuid:fund_id>/<slug:what>/", plans.lay_down, name="lay-down"),
]
