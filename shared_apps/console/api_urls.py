"""The tree below one station."""

from django.urls import path

from shared_apps.console.api import Branch

urlpatterns = [path("", Branch.as_view(), name="stations-below")]
