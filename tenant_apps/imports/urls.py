"""Pages of imports, below `files/import/`."""

from django.urls import path

from tenant_apps.imports import views

app_name = "imports"

urlpatterns = [
    path("", views.upload, name="upload"),
    path("template/", views.template, name="template"),
    path("<uuid:run_id>/", views.detail, name="detail"),
    path("<uuid:run_id>/progress/", views.progress, name="progress"),
    path("<uuid:run_id>/stations/", views.stations, name="stations"),
    path("<uuid:run_id>/confirm/", views.confirm, name="confirm"),
    path("<uuid:run_id>/undo/", views.undo, name="undo"),
    path("<uuid:run_id>/errors.xlsx", views.errors, name="errors"),
]
