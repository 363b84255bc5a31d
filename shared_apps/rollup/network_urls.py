"""Pages outside the stations, below ``/network/rollup/``."""

from django.urls import path

from shared_apps.rollup import views

app_name = "rollup"

urlpatterns = [
    path("", views.board, name="board"),
    path("export/", views.export, name="export"),
]
