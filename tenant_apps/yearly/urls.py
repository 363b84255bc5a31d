"""Pages of the yearly report, below ``/s/<code>/yearly/``."""

from django.urls import path

from tenant_apps.yearly.views import pages, targets

app_name = "yearly"

urlpatterns = [
    path("", pages.report, name="report"),
    path("targets/", targets.target_list, name="targets"),
    path("targets/new/", targets.new_target, name="new-target"),
    path("targets/<uuid:target_id>/", targets.target_page, name="target"),
    path("targets/<uuid:target_id>/say/", targets.say, name="say-target"),
    path("targets/<uuid:target_id>/drop/", targets.drop, name="drop-target"),
    path("targets/<uuid:target_id>/answer/", targets.answer, name="answer-target"),
    path("books/", pages.book_list, name="books"),
    path("books/template/<slug:kind>/", pages.template, name="template"),
    path("books/<uuid:book_id>/", pages.book_page, name="book"),
    path("books/<uuid:book_id>/undo/", pages.undo, name="undo"),
]
