"""Endpoints of the ledger, below ``/s/<code>/api/v1/ledger/``."""

from django.urls import path

from tenant_apps.funds import api

app_name = "funds_api"

urlpatterns = [
    path("funds/", api.FundsView.as_view(), name="funds"),
    path("funds/<uuid:fund_id>/close/", api.CloseFundView.as_view(), name="close-fund"),
    path("standings/", api.StandingsView.as_view(), name="standings"),
    path("journals/", api.JournalsView.as_view(), name="journals"),
    path("journals/<uuid:journal_id>/", api.JournalView.as_view(), name="journal"),
    path("journals/<uuid:journal_id>/reverse/", api.ReverseView.as_view(), name="reverse"),
    path("vouchers/", api.VouchersView.as_view(), name="vouchers"),
    path("vouchers/<uuid:voucher_id>/check/", api.CheckView.as_view(), name="check"),
    path("vouchers/<uuid:voucher_id>/return/", api.ReturnView.as_view(), name="return"),
    path("balance/", api.BalanceView.as_view(), name="balance"),
    path("accounts/<uuid:account_id>/", api.AccountView.as_view(), name="account"),
    path("periods/", api.PeriodsView.as_view(), name="periods"),
    path("periods/<int:year>/<int:month>/close/", api.ClosePeriodView.as_view(), name="close"),
    path("periods/<int:year>/<int:month>/reopen/", api.ReopenPeriodView.as_view(), name="reopen"),
]
