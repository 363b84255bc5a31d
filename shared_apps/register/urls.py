"""Pages of suspected duplicates, below ``/s/<code>/duplicates/``."""

from django.urls import path

from shared_apps.register import views

app_name = "register"

urlpatterns = [
    path("", views.case_list, name="list"),
    path("<uuid:case_id>/", views.case_page, name="case"),
    path("<uuid:case_id>/decide/", views.decide, name="decide"),
    path("<uuid:case_id>/undo/", views.undo, name="undo"),
    path("<uuid:case_id>/files/<uuid:subject>/answer/", views.answer, name="answer"),
    path("<uuid:case_id>/files/<uuid:subject>/ask/", views.ask, name="ask"),
]
