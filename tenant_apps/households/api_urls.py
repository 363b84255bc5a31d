"""Endpoints of household files, below `/s/<code>/api/v1/files/`."""

from django.urls import path

from tenant_apps.households import api

app_name = "households_api"

urlpatterns = [
    path("", api.FilesView.as_view(), name="files"),
    path("<uuid:file_id>/", api.FileView.as_view(), name="file"),
    path("<uuid:file_id>/submit/", api.FileSubmitView.as_view(), name="submit"),
    path("<uuid:file_id>/members/", api.FileMembersView.as_view(), name="members"),
    path("<uuid:file_id>/papers/", api.FilePapersView.as_view(), name="papers"),
    path("<uuid:file_id>/reveal/", api.FileRevealView.as_view(), name="reveal"),
]
