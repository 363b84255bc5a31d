"""Endpoints of divisions and of the calendar, inside a station."""

from django.urls import path

from shared_apps.regions import api

app_name = "regions"

urlpatterns = [
    path("regions/", api.RegionList.as_view(), name="list"),
    path("calendar/", api.Calendar.as_view(), name="calendar"),
]
