"""Endpoints of the yearly report, below ``/s/<code>/api/v1/yearly/``."""

from django.urls import path

from tenant_apps.yearly import api, api_targets

app_name = "yearly_api"

urlpatterns = [
    path("report/", api.ReportEndpoint.as_view(), name="report"),
    path("targets/", api_targets.TargetsEndpoint.as_view(), name="targets"),
    path("targets/<uuid:target_id>/", api_targets.TargetEndpoint.as_view(), name="target"),
    path(
        "targets/<uuid:target_id>/say/", api_targets.ProgressEndpoint.as_view(), name="say-target"
    ),
    path("targets/<uuid:target_id>/drop/", api_targets.DropEndpoint.as_view(), name="drop-target"),
    path(
        "targets/<uuid:target_id>/answer/",
        api_targets.AnswerEndpoint.as_view(),
        name="answer-target",
    ),
    path("books/", api.BooksEndpoint.as_view(), name="books"),
    path("books/<uuid:book_id>/", api.BookEndpoint.as_view(), name="book"),
    path("books/<uuid:book_id>/undo/", api.UndoEndpoint.as_view(), name="undo"),
]
