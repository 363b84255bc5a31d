"""Pages of bank statements, below ``/s/<code>/banking/``."""

from django.urls import path

from tenant_apps.banking.views import lines, statements

app_name = "banking"

urlpatterns = [
    path("", statements.statement_list, name="statements"),
    path("upload/", statements.upload, name="upload"),
    path("statements/<uuid:statement_id>/", statements.statement_page, name="statement"),
    path("statements/<uuid:statement_id>/progress/", statements.progress, name="progress"),
    path("statements/<uuid:statement_id>/check/", statements.check, name="check"),
    path("statements/<uuid:statement_id>/withdraw/", statements.withdraw, name="withdraw"),
    path("lines/", lines.line_list, name="lines"),
    path("lines/<uuid:line_id>/", lines.line_page, name="line"),
    path("lines/<uuid:line_id>/pair/", lines.pair, name="pair"),
    path("lines/<uuid:line_id>/enter/", lines.enter, name="enter"),
    path("lines/<uuid:line_id>/refund/", lines.refund, name="refund"),
    path("lines/<uuid:line_id>/keep/", lines.keep, name="keep"),
    path("lines/<uuid:line_id>/undo/", lines.undo, name="undo"),
    path("lines/<uuid:line_id>/agree/", lines.agree, name="agree"),
    path("lines/<uuid:line_id>/return/", lines.turn_back, name="return"),
    path("lines/<uuid:line_id>/reveal/", lines.reveal, name="reveal"),
    path("receipts/", lines.receipt_list, name="receipts"),
    path("reconciliation/", statements.balance, name="reconciliation"),
    path("reconciliation/export/", statements.export, name="export"),
]
