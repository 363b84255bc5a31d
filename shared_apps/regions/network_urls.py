"""The page of overruled days, below /network/calendar/."""

from datetime import date

from django.urls import path, register_converter

from shared_apps.regions import views

app_name = "regions"


class DayConverter:
    """A day of the calendar in an address: 2027-02-14."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("<day:day>/follow-again/", views.follow_again, name="follow-again"),
]
