"""Endpoints of reports, below ``/s/<code>/api/v1/reports/``."""

from django.urls import path

from tenant_apps.reports import api

app_name = "reports_api"

urlpatterns = [
    path("", api.ReportsView.as_view(), name="reports"),
    path("units/<uuid:unit_id>/", api.UnitView.as_view(), name="unit"),
    path("units/<uuid:unit_id>/accept/", api.AcceptView.as_view(), name="accept"),
    path("units/<uuid:unit_id>/return/", api.ReturnView.as_view(), name="return"),
    path("units/<uuid:unit_id>/agree/", api.AgreeView.as_view(), name="agree"),
    path("units/<uuid:unit_id>/decline/", api.DeclineView.as_view(), name="decline"),
    path("units/<uuid:unit_id>/excuse/", api.ExcuseView.as_view(), name="excuse"),
    path("units/<uuid:unit_id>/demand/", api.DemandView.as_view(), name="demand"),
    path("units/<uuid:unit_id>/chase/", api.ChaseView.as_view(), name="chase"),
    path("<uuid:report_id>/", api.ReportView.as_view(), name="report"),
    path("<uuid:report_id>/redraw/", api.RedrawView.as_view(), name="redraw"),
    path("<uuid:report_id>/enter/", api.EnterView.as_view(), name="enter"),
    path("<uuid:report_id>/explain/", api.ExplainView.as_view(), name="explain"),
    path("<uuid:report_id>/submit/", api.SubmitView.as_view(), name="submit"),
    path("<uuid:report_id>/ask-correction/", api.CorrectionView.as_view(), name="ask-correction"),
    path("<uuid:report_id>/cells/<str:cell>/files/", api.FilesView.as_view(), name="files"),
    path("<uuid:report_id>/versions/", api.VersionsView.as_view(), name="versions"),
    path("<uuid:report_id>/check/", api.CheckView.as_view(), name="check"),
    path("<uuid:report_id>/board/", api.BoardView.as_view(), name="board"),
    path("<uuid:report_id>/accept-all/", api.AcceptAllView.as_view(), name="accept-all"),
    path("<uuid:report_id>/chase-all/", api.ChaseAllView.as_view(), name="chase-all"),
    path("<uuid:report_id>/papers/", api.PapersView.as_view(), name="papers"),
]
