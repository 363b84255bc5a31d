"""A station's own settings, and the stations right below it."""

from django.urls import path

from shared_apps.console import views

app_name = "console"

urlpatterns = [
    path("", views.profile, name="profile"),
    path("children/", views.children, name="children"),
    path("children/<str:code>/", views.station, name="station"),
    path("children/<str:code>/<slug:action>/", views.move, name="move"),
]
