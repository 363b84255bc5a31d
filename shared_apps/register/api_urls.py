"""Endpoints of suspected duplicates, below ``/s/<code>/api/v1/duplicates/``."""

from django.urls import path

from shared_apps.register import api

app_name = "register_api"

urlpatterns = [
    path("", api.CasesView.as_view(), name="cases"),
    path("<uuid:case_id>/", api.CaseView.as_view(), name="case"),
    path("<uuid:case_id>/decide/", api.DecideView.as_view(), name="decide"),
    path("<uuid:case_id>/undo/", api.UndoView.as_view(), name="undo"),
    path("<uuid:case_id>/files/<uuid:subject>/answer/", api.AnswerView.as_view(), name="answer"),
    path("<uuid:case_id>/files/<uuid:subject>/ask/", api.AskView.as_view(), name="ask"),
]
