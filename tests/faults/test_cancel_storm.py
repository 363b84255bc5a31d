"""R1: however often statements are cancelled, none runs as another station."""

import os
import threading
import time

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, connection, transaction

from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.backend.base import role_of
from bangfu.kernel.tenancy.direct import direct_parameters
from tenants.models import Station

pytestmark = pytest.mark.fault

SWITCHES = 200_000 if os.environ.get("BANGFU_CHAOS") == "full" else 10_000


class Storm:
    """Cancels whatever the connection under test is doing, some thousand times a second."""

    def __init__(self) -> None:
        self.parameters = direct_parameters("default")
        self.target = None
        self.over = False
        self.thread = threading.Thread(target=self._blow, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_exc) -> None:
        self.over = True
        self.thread.join()

    def _blow(self) -> None:
        with psycopg.connect(**self.parameters, autocommit=True) as own:
            while not self.over:
                if self.target is not None:
                    own.execute("SELECT pg_cancel_backend(%s)", [self.target])
                time.sleep(0.0003)


def who_and_where():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_schema()")
        return cursor.fetchone()


def test_no_statement_runs_as_another_station_under_a_storm_of_cancels(committed):
    with in_network():
        stations = [station.ref for station in Station.objects.all()][:2]
    right = wrong = cancelled = 0
    with Storm() as storm:
        for number in range(SWITCHES):
            station = stations[number % 2]
            inside = number % 3 == 0
            with in_station(station):
                try:
                    connection.ensure_connection()
                    storm.target = connection.connection.info.backend_pid
                    if inside:
                        with transaction.atomic():
                            answer = who_and_where()
                    else:
                        answer = who_and_where()
                except (DatabaseError, InterfaceError, psycopg.Error):
                    cancelled += 1
                    continue
            if answer == (role_of(station.schema), station.schema):
                right += 1
            else:
                wrong += 1
    print(f"switches {SWITCHES}: right {right}, cancelled {cancelled}, wrong {wrong}")
    assert wrong == 0
    assert cancelled > 0
    assert right > 0
