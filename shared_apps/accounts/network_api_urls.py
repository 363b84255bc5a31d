"""Whose token it is, outside the stations."""

from django.urls import path

from shared_apps.accounts import api

urlpatterns = [path("me/", api.Oneself.as_view(), name="people-me")]
