"""Endpoints of the yearly report, below ``/s/<code>/api/v1/yearly/``."""

from django.urls import path

from tenant_apps.yearly import api

app_name = "yearly_api"

urlpatterns = [
    path("report/", api.ReportEndpoint.as_view(), name="report"),
    path("books/", api.BooksEndpoint.as_view(), name="books"),
    path("books/<uuid:book_id>/", api.BookEndpoint.as_view(), name="book"),
    path("books/<uuid:book_id>/undo/", api.UndoEndpoint.as_view(), name="undo"),
]
