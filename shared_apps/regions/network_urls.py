"""The page of overruled days, below /network/calendar/."""

from django.urls import path

from shared_apps.regions import converters, views

app_name = "regions"

__all__ = ["converters", "urlpatterns"]

urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("<day:day>/follow-again/", views.follow_again, name="follow-again"),
]
