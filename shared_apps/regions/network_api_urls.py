"""The same outside the stations, for those who are only joining, and overruling days for who manages the network."""

from django.urls import path

from shared_apps.regions import api, converters

app_name = "regions"

__all__ = ["converters", "urlpatterns"]

urlpatterns = [
    path("regions/", api.RegionList.as_view(), name="list"),
    path("calendar/", api.Calendar.as_view(), name="calendar"),
    path("calendar/<day:day>/", api.OverruledDay.as_view(), name="overruled-day"),
]
