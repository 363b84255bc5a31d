"""Pages of the ledger, below ``/s/<code>/ledger/``."""

from django.urls import path

from tenant_apps.funds.views import books, keeping, vouchers

app_name = "funds"

urlpatterns = [
    path("", vouchers.journal_list, name="journals"),
    path("vouchers/new/", vouchers.new_voucher, name="new-voucher"),
    path("vouchers/waiting/<uuid:voucher_id>/", vouchers.waiting, name="waiting"),
    path("vouchers/waiting/<uuid:voucher_id>/<slug:action>/", vouchers.decide, name="decide"),
    path("vouchers/<uuid:journal_id>/", vouchers.voucher, name="voucher"),
    path("vouchers/<uuid:journal_id>/reverse/", vouchers.reverse_voucher, name="reverse"),
    path("accounts/<uuid:account_id>/", books.account, name="account"),
    path("balance/", books.balance, name="balance"),
    path("final/", books.final_accounts, name="final"),
    path("export/", books.export, name="export"),
    path("funds/", keeping.fund_list, name="funds"),
    path("funds/new/", keeping.new_fund, name="new-fund"),
    path("funds/<uuid:fund_id>/", keeping.fund_card, name="fund"),
    path("funds/<uuid:fund_id>/close/", keeping.end_fund, name="close-fund"),
    path("periods/", keeping.period_list, name="periods"),
    path("periods/open/", keeping.ask_year, name="open-year"),
    path("periods/<int:year>/<int:month>/<slug:action>/", keeping.act_on_month, name="period-act"),
]
