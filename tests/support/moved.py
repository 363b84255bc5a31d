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
from tenants.template import tenant_labels


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
    What came after ``steps`` is taken back by its own means.
    """
    loader = MigrationLoader(None)
    later = _after(loader, steps)
    models = loader.project_state(list(at)).apps.get_models()
    before = {model._meta.db_table: model for model in models}
    owner = connections[OWNER]
    owner.set_tenant(FakeTenant(station.schema), include_public=False)
    try:
        with owner.schema_editor() as editor:
            for node in later:
                state = loader.project_state(node, at_end=False)
                loader.get_migration(*node).unapply(state, editor)
            for table in tables:
                editor.create_model(before[table])
    finally:
        owner.set_tenant(FakeTenant("public"))
    gone = [*steps, *(".".join(node) for node in later)]
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
        direct.execute("DELETE FROM django_migrations WHERE app || '.' || name = ANY (%s)", [gone])
        for statement in then:
            direct.execute(statement)
    known = StationSchema.objects.using(OWNER).get(name=station.schema)
    known.migrations = [name for name in known.migrations if name not in gone]
    known.save(using=OWNER)
    owner.close()


def _after(loader: MigrationLoader, steps: Sequence[str]) -> list[tuple[str, str]]:
    """The migrations of stations that stand on ``steps``, the last first."""
    own = {tuple(step.split(".", 1)) for step in steps}
    found = {
        node: None
        for step in own
        for node in loader.graph.backwards_plan(step)
        if node not in own and node[0] in tenant_labels()
    }
    return list(found)
