"""Endpoints of payouts, below ``/s/<code>/api/v1/payouts/``."""

from django.urls import path

from tenant_apps.payouts import api

app_name = "payouts_api"

urlpatterns = [
    path("", api.BatchesView.as_view(), name="batches"),
    path("<uuid:batch_id>/", api.BatchView.as_view(), name="batch"),
    path("<uuid:batch_id>/lines/", api.LinesView.as_view(), name="lines"),
    path("<uuid:batch_id>/drop/", api.DropView.as_view(), name="drop"),
    path("<uuid:batch_id>/file/", api.FileView.as_view(), name="file"),
    path("<uuid:batch_id>/answer/", api.AnswerView.as_view(), name="answer"),
    path("<uuid:batch_id>/answer/drop/", api.DropAnswerView.as_view(), name="drop-answer"),
    path("<uuid:batch_id>/summary/", api.SummaryView.as_view(), name="summary"),
    path("<uuid:batch_id>/nat-entry/", api.NationalEntryView.as_view(), name="nat-entry"),
    path("<uuid:batch_id>/<slug:action>/", api.ActView.as_view(), name="act"),
    path("lines/<uuid:line_id>/receipt/", api.ReceiptView.as_view(), name="receipt"),
    path(
        "lines/<uuid:line_id>/not-handed-over/",
        api.NotHandedOverView.as_view(),
        name="not-handed-over",
    ),
]
