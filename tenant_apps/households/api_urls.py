"""Endpoints of household files, below `/s/<code>/api/v1/files/`."""

from django.urls import path

from tenant_apps.households import api, api_steps, api_tiers

app_name = "households_api"

urlpatterns = [
    path("", api.FilesView.as_view(), name="files"),
    path("<uuid:file_id>/", api.FileView.as_view(), name="file"),
    path("retiering/", api_tiers.RetieringView.as_view(), name="retiering"),
    path("retiering/confirm/", api_tiers.ConfirmView.as_view(), name="retiering-confirm"),
    path("<uuid:file_id>/explanation/", api_tiers.ExplanationView.as_view(), name="explanation"),
    path("<uuid:file_id>/submit/", api.FileSubmitView.as_view(), name="submit"),
    path("<uuid:file_id>/accept/", api_steps.AcceptView.as_view(), name="accept"),
    path(
        "<uuid:file_id>/arrange-visit/",
        api_steps.ArrangeVisitView.as_view(),
        name="arrange-visit",
    ),
    path("<uuid:file_id>/visit/", api_steps.VisitView.as_view(), name="visit"),
    path("<uuid:file_id>/report/", api_steps.ReportView.as_view(), name="report"),
    path("<uuid:file_id>/return/", api_steps.ReturnView.as_view(), name="return"),
    path("<uuid:file_id>/recall/", api_steps.RecallView.as_view(), name="recall"),
    path("<uuid:file_id>/members/", api.FileMembersView.as_view(), name="members"),
    path("<uuid:file_id>/papers/", api.FilePapersView.as_view(), name="papers"),
    path("<uuid:file_id>/reveal/", api.FileRevealView.as_view(), name="reveal"),
]
