from __future__ import annotations

from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.importing.models import Row, Run
from tests.conftest import NOON


def test_a_station_sees_only_its_own_imports(township: StationRef, outsider: StationRef) -> None:
    with in_station(township):
        run = Run.objects.create(
            station_id=township.id, filename="a.xlsx", digest="0" * 64, sheet="s",
            user_name="王经办", created_at=NOON,
        )  # fmt: skip
        Row.objects.create(
            run=run, station_id=township.id, number=2, household_no="1", payload="柳试一"
        )

    with in_station(outsider):
        assert not Run.objects.exists()
        assert not Row.objects.exists()


def test_what_was_typed_rests_sealed(at_township: StationRef) -> None:
    run = Run.objects.create(
        station_id=at_township.id, filename="a.xlsx", digest="0" * 64, sheet="s",
        user_name="王经办", created_at=NOON,
    )  # fmt: skip
    row = Row.objects.create(
        run=run, station_id=at_township.id, number=2, household_no="1", payload="130771197406150127"
    )

    row.refresh_from_db()

    assert "130771197406150127" not in repr(vars(row))
    assert row.payload.reveal() == "130771197406150127"
