"""A station as it was before rows of its schema went to public, to see them go."""

from collections.abc import Mapping, Sequence

import psycopg
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django_tenants.postgresql_backend.base import FakeTenant

from bangfu.kernel.tenancy import StationRef
from bangfu.kernel.tenancy.direct import direct_parameters
from bangfu.kernel.tenancy.router import OWNER
from tenants.models import StationSchema


def put_into_the_schema(
    station: StationRef,
    tables: Mapping[str, str],
    *,
    at: Sequence[tuple[str, str]],
    steps: Sequence[str],
    then: Sequence[str] = (),
) -> None:
    """Make the tables of the migrations ``at`` again, with the station's rows of public, and forget ``steps``.

    ``tables`` leads from the old name to the one in public. ``then`` are statements for what else was otherwise.
    """
    loader = MigrationLoader(None)
    models = loader.project_state(list(at)).apps.get_models()
    before = {model._meta.db_table: model for model in models}
    owner = connections[OWNER]
    owner.set_tenant(FakeTenant(station.schema), include_public=False)
    with owner.schema_editor() as editor:
        for table in tables:
            editor.create_model(before[table])
    owner.set_tenant(FakeTenant("public"))
    with psycopg.connect(**direct_parameters(OWNER)) as direct:
        direct.execute(f'SET search_path = "{station.schema}"')
        for old, new in tables.items():
            columns = [field.column for field in before[old]._meta.concrete_fields]
            names = ", ".join(name for name in columns if name != "slot")
            if "slot" in columns:
                direct.execute(f"ALTER TABLE {old} ALTER slot SET DEFAULT 'desk'")
            mine = f"FROM public.{new} WHERE station_id = {station.id}"
            direct.execute(f"INSERT INTO {old} ({names}) SELECT {names} {mine}")
            direct.execute(f"DELETE {mine}")
        direct.execute(
            "DELETE FROM django_migrations WHERE app || '.' || name = ANY (%s)", [list(steps)]
        )
        for statement in then:
            direct.execute(statement)
    known = StationSchema.objects.using(OWNER).get(name=station.schema)
    known.migrations = [name for name in known.migrations if name not in steps]
    known.save(using=OWNER)
    owner.close()
