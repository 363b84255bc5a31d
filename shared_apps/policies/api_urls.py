"""Endpoints inside a station, below ``/s/<code>/api/v1/policies/``."""

from django.urls import path

from shared_apps.policies import api

app_name = "policies_api"

urlpatterns = [
    path("", api.RulesAPI.as_view(), name="rules"),
    path("changes/", api.ChangesAPI.as_view(), name="changes"),
    path("changes/<uuid:change_id>/", api.ChangeAPI.as_view(), name="change"),
    path("changes/<uuid:change_id>/undo/", api.UndoAPI.as_view(), name="undo"),
    path("<str:key>/", api.RuleAPI.as_view(), name="rule"),
    path("<str:key>/preview/", api.PreviewAPI.as_view(), name="preview"),
    path("<str:key>/<int:rule_id>/withdraw/", api.WithdrawAPI.as_view(), name="withdraw"),
]
