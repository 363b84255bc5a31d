"""Endpoints of papers, below ``/s/<code>/api/v1/documents/``."""

from django.urls import path

from tenant_apps.documents import api

app_name = "documents_api"

urlpatterns = [
    path("papers/", api.PapersView.as_view(), name="papers"),
    path("papers/means-request/", api.MeansRequestView.as_view(), name="means-request"),
    path("papers/vouchers/<uuid:journal_id>/", api.VoucherView.as_view(), name="voucher"),
    path("papers/aid/<uuid:application_id>/", api.AidApprovalView.as_view(), name="aid"),
    path(
        "papers/aid/<uuid:application_id>/minutes/<slug:meeting>/",
        api.AidMinutesView.as_view(),
        name="aid-meeting",
    ),
    path("papers/transfers/<uuid:transfer_id>/", api.TransferLetterView.as_view(), name="transfer"),
    path(
        "papers/donations/<uuid:donation_id>/", api.DonationReceiptView.as_view(), name="donation"
    ),
    path("papers/payouts/<uuid:batch_id>/", api.PayoutRosterView.as_view(), name="payout"),
    path("papers/payout-lines/<uuid:line_id>/", api.PayoutSlipView.as_view(), name="payout-line"),
    path("papers/word/", api.WordView.as_view(), name="word"),
    path("papers/<str:number>/", api.VerifyView.as_view(), name="verify"),
    path("downloads/", api.DownloadsView.as_view(), name="downloads"),
    path("downloads/<uuid:download_id>/", api.DownloadView.as_view(), name="download"),
    path("downloads/<uuid:download_id>/content/", api.ContentView.as_view(), name="content"),
    path("templates/", api.TemplatesView.as_view(), name="templates"),
    path("templates/<slug:kind>/", api.TemplateView.as_view(), name="template"),
]
