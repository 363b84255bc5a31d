"""Endpoints inside a station."""

from django.urls import path

from shared_apps.rollup import api

urlpatterns = [
    path("", api.RollupAPI.as_view(), name="rollup"),
    path("indicators/", api.IndicatorsAPI.as_view(), name="rollup-indicators"),
]
