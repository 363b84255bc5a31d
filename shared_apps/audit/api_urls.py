"""Endpoints of the audit chain, below ``/s/<code>/api/v1/audit/``."""

from django.urls import path

from shared_apps.audit import api

app_name = "audit_api"

urlpatterns = [
    path("", api.AuditView.as_view(), name="audit"),
    path("verify/", api.VerifyView.as_view(), name="verify"),
]
