"""A schema change over all stations: stock, planned once, plain SQL."""

from infra.bench import ground
from infra.bench.measure import Times, goal, show, timed, title

CHANGED = "tests.faults.households_changed"
# Stock takes minutes over all stations; so many of them show what one costs, at the size there is.
SAMPLE = 8


def run(*, stations: list[int], quick: bool) -> None:
    """Add a field to a table of every station, take it away again, and so on."""
    from django.conf import settings

    from bangfu.kernel.tenancy.router import OWNER
    from tenants import migrator
    from tenants.models import StationSchema

    rounds = 2 if quick else 3
    for number in stations:
        ground.open_tree(number)
        names = list(
            StationSchema.objects.using(OWNER).order_by("name").values_list("name", flat=True)
        )
        sample = names[:: max(1, len(names) // SAMPLE)][:SAMPLE]
        share = len(names) / len(sample)
        title(
            f"schema change over {len(names)} schemas "
            f"(stock measured on {len(sample)} of them, times {share:.0f})"
        )
        labels = ("stock, nothing to do", "stock", "planned, nothing to do", "planned", "psql")
        times = {label: Times(label) for label in labels}
        before = settings.MIGRATION_MODULES
        try:
            for _round in range(rounds):
                with ground.Worker("infra.bench.stock_settings") as stock:
                    stock.ask("ready")
                    took = stock.ask("migrate", schemas=sample)["seconds"]
                    times["stock, nothing to do"].seconds.append(took * share)
                times["planned, nothing to do"].seconds.append(timed(migrator.change_all))
                with ground.Worker("infra.bench.stock_settings", BENCH_MIGRATIONS=CHANGED) as stock:
                    stock.ask("ready")
                    took = stock.ask("migrate", schemas=sample)["seconds"]
                    times["stock"].seconds.append(took * share)
                settings.MIGRATION_MODULES = {"households": CHANGED}
                plan = migrator.plan_changes()[0]
                _take_back(sample, plan.migrations)
                times["planned"].seconds.append(timed(migrator.change_all))
                _take_back(names, plan.migrations)
                text = "".join(
                    f'BEGIN; SET LOCAL search_path = "{name}";\n{plan.statements}\nCOMMIT;\n'
                    for name in names
                )
                times["psql"].seconds.append(_seconds_by_psql(text))
                _take_back(names, plan.migrations)
                settings.MIGRATION_MODULES = before
        finally:
            settings.MIGRATION_MODULES = before
        show(times, against="planned")
        goal(
            "stock / planned",
            times["stock"].median / times["planned"].median,
            at_least=80 if number < 1000 else 300,
        )
        goal("planned / psql", times["planned"].median / times["psql"].median, at_most=1.5)
        goal("nothing to do, seconds", times["planned, nothing to do"].median, at_most=0.5)


def _seconds_by_psql(text: str) -> float:
    return timed(lambda: ground.psql(text))


def _take_back(names: list[str], migrations: tuple[str, ...]) -> None:
    """Undo the change in some schemas, and forget that it was made."""
    with ground.owner() as connection:
        for name in names:
            with connection.transaction():
                connection.execute(f'SET LOCAL search_path = "{name}"')
                connection.execute(
                    "ALTER TABLE households_file DROP COLUMN IF EXISTS change_of_the_test"
                )
                connection.execute(
                    "DELETE FROM django_migrations WHERE app || '.' || name = ANY(%s)",
                    [list(migrations)],
                )
                connection.execute(
                    "UPDATE public.tenants_stationschema SET migrations = "
                    "array(SELECT m FROM unnest(migrations) m WHERE m <> ALL(%s)) WHERE name = %s",
                    [list(migrations), name],
                )
