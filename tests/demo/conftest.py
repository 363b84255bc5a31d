"""A network without stations, as the demo finds it."""

import pytest
from django.db import connections

from bangfu.kernel.tenancy.router import OWNER
from tenants.selectors import forget_stations


@pytest.fixture
def empty(committed):
    """A network without stations, as at the first start."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("UPDATE tenants_stationschema SET station_id = NULL")
        cursor.execute("TRUNCATE tenants_station CASCADE")
    forget_stations()
    return committed
