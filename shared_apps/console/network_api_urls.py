"""The tree of the whole network."""

from django.urls import path

from shared_apps.console.api import Accept, Below, Resume, Suspend, Tree

urlpatterns = [
    path("", Tree.as_view(), name="stations"),
    path("<str:code>/", Below.as_view(), name="station"),
    path("<str:code>/accept/", Accept.as_view(), name="station-accept"),
    path("<str:code>/suspend/", Suspend.as_view(), name="station-suspend"),
    path("<str:code>/resume/", Resume.as_view(), name="station-resume"),
]
