"""What a household would take along."""

from bangfu.kernel.tenancy import in_station
from tenant_apps.households.holdings import held_about


def taken_along(station, file, key):
    """The rows of one kind that a station holds about a household, by the keys of their columns."""
    with in_station(station):
        return next(one.as_data for one in held_about(file) if one.holding.key == key)
