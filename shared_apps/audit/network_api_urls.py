"""Endpoints of the audit chains, below ``/api/v1/audit/``."""

from django.urls import path

from shared_apps.audit import api

app_name = "audit_network_api"

urlpatterns = [
    path("verify/", api.NetworkVerifyView.as_view(), name="verify"),
]
