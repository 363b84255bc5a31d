"""Endpoints below ``/s/<code>/api/v1/programmes/``."""

from django.urls import path

from shared_apps.programmes import api

app_name = "programmes_api"

urlpatterns = [
    path("", api.ProgrammesView.as_view(), name="programmes"),
    path("<slug:key>/", api.ProgrammeView.as_view(), name="programme"),
]
