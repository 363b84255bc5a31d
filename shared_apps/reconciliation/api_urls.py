"""Endpoints inside a station."""

from django.urls import path

from shared_apps.reconciliation import api

urlpatterns = [
    path("reconcile/", api.ReconcileAPI.as_view(), name="reconcile"),
    path("reconcile/<int:run_id>/", api.RunAPI.as_view(), name="reconcile-run"),
    path("breaks/", api.BreaksAPI.as_view(), name="breaks"),
    path("breaks/<int:break_id>/", api.BreakAPI.as_view(), name="break"),
    path("breaks/<int:break_id>/heal/", api.HealAPI.as_view(), name="break-heal"),
    path("breaks/<int:break_id>/explain/", api.ExplainAPI.as_view(), name="break-explain"),
    path("breaks/<int:break_id>/close/", api.CloseAPI.as_view(), name="break-close"),
]
