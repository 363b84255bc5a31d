"""Endpoints of bank statements, below ``/s/<code>/api/v1/banking/``."""

from django.urls import path

from tenant_apps.banking import api

app_name = "banking_api"

urlpatterns = [
    path("statements/", api.StatementsView.as_view(), name="statements"),
    path("statements/<uuid:statement_id>/", api.StatementView.as_view(), name="statement"),
    path(
        "statements/<uuid:statement_id>/lines/",
        api.StatementLinesView.as_view(),
        name="statement-lines",
    ),
    path("statements/<uuid:statement_id>/check/", api.CheckStatementView.as_view(), name="check"),
    path(
        "statements/<uuid:statement_id>/withdraw/",
        api.WithdrawStatementView.as_view(),
        name="withdraw",
    ),
    path("lines/", api.LinesView.as_view(), name="lines"),
    path("lines/match/", api.MatchView.as_view(), name="match"),
    path("lines/<uuid:line_id>/", api.LineView.as_view(), name="line"),
    path("lines/<uuid:line_id>/enter/", api.EnterView.as_view(), name="enter"),
    path("lines/<uuid:line_id>/refund/", api.RefundView.as_view(), name="refund"),
    path("lines/<uuid:line_id>/keep/", api.KeepView.as_view(), name="keep"),
    path("lines/<uuid:line_id>/undo/", api.UndoView.as_view(), name="undo"),
    path("lines/<uuid:line_id>/agree/", api.AgreeView.as_view(), name="agree"),
    path("lines/<uuid:line_id>/return/", api.ReturnView.as_view(), name="return"),
    path("lines/<uuid:line_id>/reveal/", api.RevealView.as_view(), name="reveal"),
    path("receipts/", api.ReceiptsView.as_view(), name="receipts"),
    path("expectations/", api.ExpectationsView.as_view(), name="expectations"),
    path("reconciliation/", api.ReconciliationView.as_view(), name="reconciliation"),
]
