"""Pages of bank statements, below ``/s/<code>/banking/``."""

from django.urls import path

from tenant_apps.banking import views

app_name = "banking"

urlpatterns = [
    path("", views.statement_list, name="statements"),
    path("upload/", views.upload, name="upload"),
    path("statements/<uuid:statement_id>/", views.statement_page, name="statement"),
    path("statements/<uuid:statement_id>/progress/", views.progress, name="progress"),
    path("statements/<uuid:statement_id>/check/", views.check, name="check"),
    path("statements/<uuid:statement_id>/withdraw/", views.withdraw, name="withdraw"),
    path("lines/", views.line_list, name="lines"),
    path("lines/<uuid:line_id>/", views.line_page, name="line"),
    path("lines/<uuid:line_id>/pair/", views.pair, name="pair"),
    path("lines/<uuid:line_id>/enter/", views.enter, name="enter"),
    path("lines/<uuid:line_id>/agree/", views.agree, name="agree"),
    path("lines/<uuid:line_id>/return/", views.turn_back, name="return"),
    path("lines/<uuid:line_id>/reveal/", views.reveal, name="reveal"),
    path("reconciliation/", views.balance, name="reconciliation"),
    path("reconciliation/export/", views.export, name="export"),
]
