"""The public pages, below /join/."""

from django.urls import path

from shared_apps.onboarding.views import join

app_name = "onboarding"

urlpatterns = [
    path("", join.join, name="join"),
    path("picker/", join.picker, name="picker"),
    path("new/", join.new, name="new"),
    path("<uuid:key>/<str:secret>/", join.mine, name="mine"),
]
