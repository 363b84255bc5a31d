"""Endpoints of applicants."""

from django.urls import path

from shared_apps.onboarding.network_api import ApplicationDetail, Applications

urlpatterns = [
    path("", Applications.as_view(), name="onboarding"),
    path("<uuid:key>/", ApplicationDetail.as_view(), name="onboarding-detail"),
]
