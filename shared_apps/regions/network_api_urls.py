"""Endpoints of divisions outside the stations, for those who are only joining."""

from django.urls import path

from shared_apps.regions import api

app_name = "regions"

urlpatterns = [path("", api.RegionList.as_view(), name="list")]
