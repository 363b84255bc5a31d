"""A day of the calendar in an address: 2027-02-14."""

from datetime import date

from django.urls import register_converter


class DayConverter:
    """Takes a day as ISO 8601 writes it; a day that is none leads nowhere."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")
