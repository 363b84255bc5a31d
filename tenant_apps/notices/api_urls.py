"""Endpoints of notices, below ``/s/<code>/api/v1/notices/``."""

from django.urls import path

from tenant_apps.notices import api

app_name = "notices_api"

urlpatterns = [
    path("", api.NoticesView.as_view(), name="notices"),
    path("objections/", api.ObjectionsView.as_view(), name="objections"),
    path("objections/<uuid:objection_id>/reveal/", api.ObjectorView.as_view(), name="objector"),
]
