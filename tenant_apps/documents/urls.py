"""Pages of papers: the public ones below ``public/``, the station's own below ``documents/``."""

from django.urls import path

from tenant_apps.documents import views

app_name = "documents"

urlpatterns = [
    path("public/verify/", views.verify, name="verify"),
    path("public/verify/<str:number>/", views.verify_number, name="verify-number"),
    path("documents/", views.register, name="register"),
    path("documents/files/<uuid:file_id>/", views.of_file, name="of-file"),
    path("documents/reviews/<uuid:review_id>/", views.of_review, name="of-review"),
    path("documents/notices/<uuid:notice_id>/", views.of_notice, name="of-notice"),
    path("documents/vouchers/<uuid:journal_id>/", views.of_voucher, name="of-voucher"),
    path("documents/aid/<uuid:application_id>/", views.of_aid, name="of-aid"),
    path(
        "documents/aid/<uuid:application_id>/minutes/<slug:meeting>/",
        views.of_aid_meeting,
        name="of-aid-meeting",
    ),
    path("documents/transfers/<uuid:transfer_id>/", views.of_transfer, name="of-transfer"),
    path("documents/donations/<uuid:donation_id>/", views.of_donation, name="of-donation"),
    path("documents/payouts/<uuid:batch_id>/", views.of_payout, name="of-payout"),
    path("documents/payout-lines/<uuid:line_id>/", views.of_payout_line, name="of-payout-line"),
    path("documents/meetings/<uuid:meeting_id>/", views.of_meeting, name="of-meeting"),
    path("documents/means-request/", views.means_request, name="means-request"),
    path("documents/batch/", views.batch, name="batch"),
    path("documents/downloads/", views.downloads, name="downloads"),
    path("documents/downloads/<uuid:download_id>/", views.content, name="download"),
    path("documents/downloads/<uuid:download_id>/progress/", views.progress, name="progress"),
    path("documents/downloads/<uuid:download_id>/remove/", views.remove, name="remove"),
    path("documents/templates/", views.templates, name="templates"),
    path("documents/templates/<slug:kind>/", views.template, name="template"),
    path("documents/templates/<slug:kind>/reset/", views.template_reset, name="template-reset"),
]
