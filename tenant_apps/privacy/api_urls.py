"""Endpoints of privacy, below ``/s/<code>/api/v1/privacy/``."""

from django.urls import path

from tenant_apps.privacy import api

app_name = "privacy_api"

urlpatterns = [
    path("fields/", api.FieldsView.as_view(), name="fields"),
    path("files/<uuid:file_id>/consents/", api.ConsentsView.as_view(), name="consents"),
    path(
        "files/<uuid:file_id>/consents/open/",
        api.OpenConsentsView.as_view(),
        name="consents-open",
    ),
    path("files/<uuid:file_id>/access/", api.AccessView.as_view(), name="access"),
    path("files/<uuid:file_id>/export/", api.SubjectExportView.as_view(), name="export"),
    path(
        "files/<uuid:file_id>/corrections/", api.AskCorrectionView.as_view(), name="ask-correction"
    ),
    path("corrections/", api.CorrectionsView.as_view(), name="corrections"),
    path(
        "corrections/<uuid:correction_id>/<slug:action>/",
        api.AnswerCorrectionView.as_view(),
        name="correction-act",
    ),
    path("looks/", api.LooksView.as_view(), name="looks"),
    path("looks/<uuid:request_id>/", api.LookView.as_view(), name="look"),
    path("looks/<uuid:request_id>/picture/", api.PictureView.as_view(), name="picture"),
    path("looks/<uuid:request_id>/grant/", api.GrantView.as_view(), name="grant"),
    path("looks/<uuid:request_id>/refuse/", api.RefuseView.as_view(), name="refuse"),
    path("looks/<uuid:request_id>/withdraw/", api.WithdrawView.as_view(), name="withdraw"),
    path("outsiders/<slug:kind>/<uuid:row_id>/forget/", api.ForgetView.as_view(), name="forget"),
    path("retention/", api.DisposalsView.as_view(), name="disposals"),
    path("retention/<uuid:disposal_id>/", api.DisposalView.as_view(), name="disposal"),
    path("retention/<uuid:disposal_id>/delete/", api.ConfirmDeletionView.as_view(), name="delete"),
    path("retention/<uuid:disposal_id>/keep/", api.KeepLongerView.as_view(), name="keep"),
    path(
        "retention/<uuid:disposal_id>/withdraw/",
        api.WithdrawDisposalView.as_view(),
        name="disposal-withdraw",
    ),
]
