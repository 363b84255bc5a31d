"""Pages of reports, below ``/s/<code>/reports/``."""

from django.urls import path

from tenant_apps.reports.views import board, pages, papers

app_name = "reports"

urlpatterns = [
    path("", pages.report_list, name="list"),
    path("units/<uuid:unit_id>/", board.received, name="received"),
    path("units/<uuid:unit_id>/return/", board.return_down, name="return"),
    path("units/<uuid:unit_id>/remove/", papers.remove, name="remove-paper"),
    path("units/<uuid:unit_id>/<slug:action>/", board.decide, name="decide"),
    path("<uuid:report_id>/", pages.detail, name="detail"),
    path("<uuid:report_id>/cells/<str:cell>/", pages.files, name="files"),
    path("<uuid:report_id>/versions/", pages.versions, name="versions"),
    path("<uuid:report_id>/check/", pages.check, name="check"),
    path("<uuid:report_id>/print/", pages.print_report, name="print"),
    path("<uuid:report_id>/workbook/", pages.workbook, name="workbook"),
    path("<uuid:report_id>/enter/", pages.enter, name="enter"),
    path("<uuid:report_id>/explain/", pages.explain, name="explain"),
    path("<uuid:report_id>/redraw/", pages.redraw, name="redraw"),
    path("<uuid:report_id>/submit/", pages.submit, name="submit"),
    path("<uuid:report_id>/ask-correction/", pages.ask_correction, name="ask-correction"),
    path("<uuid:report_id>/board/", board.show, name="board"),
    path("<uuid:report_id>/board/accept/", board.accept_all, name="accept-all"),
    path("<uuid:report_id>/board/chase/", board.chase_all, name="chase-all"),
    path("<uuid:report_id>/paper/", papers.enter, name="paper"),
]
