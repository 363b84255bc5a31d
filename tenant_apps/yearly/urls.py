"""Pages of the yearly report, below ``/s/<code>/yearly/``."""

from django.urls import path

from tenant_apps.yearly.views import pages

app_name = "yearly"

urlpatterns = [
    path("", pages.report, name="report"),
    path("books/", pages.book_list, name="books"),
    path("books/template/<slug:kind>/", pages.template, name="template"),
    path("books/<uuid:book_id>/", pages.book_page, name="book"),
    path("books/<uuid:book_id>/undo/", pages.undo, name="undo"),
]
