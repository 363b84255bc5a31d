"""Addresses of imports for programs, below `files/import/`."""

from django.urls import path

from tenant_apps.imports import api

app_name = "imports"

urlpatterns = [
    path("", api.Imports.as_view(), name="list"),
    path("template/", api.ImportTemplate.as_view(), name="template"),
    path("<uuid:run_id>/", api.Import.as_view(), name="run"),
    path("<uuid:run_id>/rows/", api.ImportRows.as_view(), name="rows"),
    path("<uuid:run_id>/confirm/", api.ImportConfirm.as_view(), name="confirm"),
    path("<uuid:run_id>/undo/", api.ImportUndo.as_view(), name="undo"),
    path("<uuid:run_id>/errors.xlsx", api.ImportErrors.as_view(), name="errors"),
]
