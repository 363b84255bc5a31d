"""The tree of the whole network."""

from django.urls import path

from shared_apps.console.api import Tree

urlpatterns = [path("", Tree.as_view(), name="stations")]
