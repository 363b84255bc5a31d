"""Endpoints of divisions."""

from django.urls import path

from shared_apps.regions import api

app_name = "regions"

urlpatterns = [path("", api.RegionList.as_view(), name="list")]
