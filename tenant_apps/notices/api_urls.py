"""Endpoints of notices, below ``/s/<code>/api/v1/notices/``."""

from django.urls import path

from tenant_apps.notices import api

app_name = "notices_api"

urlpatterns = [path("", api.NoticesView.as_view(), name="notices")]
