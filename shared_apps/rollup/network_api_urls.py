"""Endpoints outside the stations: the same answers, for the whole network."""

from django.urls import path

from shared_apps.rollup import api

urlpatterns = [
    path("", api.RollupAPI.as_view(), name="network-rollup"),
    path("indicators/", api.IndicatorsAPI.as_view(), name="network-rollup-indicators"),
]
