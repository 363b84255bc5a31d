"""Opening a station: stock migrations, compact DDL, the same text by psql, a schema from the pool."""

import itertools
import secrets
from statistics import median

from django.db import connections

from bangfu.kernel.tenancy.router import OWNER
from infra.bench import ground
from infra.bench.measure import Ways, goal, show, taking_turns, title

# Further turns of the ways that take a fraction of a second, for each turn of stock.
SHORT_TURNS = 5


def run(*, stations: list[int], quick: bool) -> None:
    """Open stations in each way, beside as many as there are."""
    first: float | None = None
    for number in stations:
        spent = _beside(number, rounds=3 if quick else 7)
        print(f"  processor time of the database for one schema: {spent * 1000:.1f} ms")
        if first is not None:
            # Not by the clock: minutes lie between the sizes, and a machine that others use changes its pace.
            goal("processor time against the first size", spent / first, at_most=1.25)
        first = first or spent


def _beside(number: int, *, rounds: int) -> float:
    from bangfu.kernel import clock
    from tenants.provisioning import fill_pool, make_schema, open_station, schema_statements
    from tenants.template import template_in_force

    known = ground.open_tree(number)
    template = template_in_force()
    numbers = itertools.count()
    title(f"provisioning: a further station beside {number}")
    with ground.Worker("infra.bench.stock_settings") as stock:

        def by_psql() -> None:
            text = schema_statements(
                f"s_{secrets.token_hex(6)}",
                ddl=template.ddl,
                migrations=template.migrations,
            )
            ground.psql(f"BEGIN;\n{text}\nCOMMIT;\n")

        spent: list[float] = []

        def compact() -> None:
            server = connections[OWNER].connection.info.backend_pid
            before = ground.seconds_of(server)
            make_schema()
            spent.append(ground.seconds_of(server) - before)

        def from_the_pool() -> None:
            open_station(
                code=f"P{number}X{next(numbers)}",
                name="池",
                level=2,
                parent=known[0],
                region_code="130700",
                now=clock.now(),
            )

        fill_pool(rounds * (1 + SHORT_TURNS) + 3)
        ground.settle()
        short: Ways = {
            "compact DDL, role, grants": compact,
            "psql, the same text": by_psql,
            "from the pool": from_the_pool,
        }
        times = taking_turns(
            {
                "stock migrations": lambda: stock.ask(
                    "create", schema=f"stock_{secrets.token_hex(4)}"
                ),
                **short,
            },
            rounds=rounds,
        )
        # A median of three says little of what takes a fraction of a second.
        for label, more in taking_turns(short, rounds=rounds * SHORT_TURNS).items():
            times[label].seconds += more.seconds
    show(times, against="compact DDL, role, grants")
    ours = times["compact DDL, role, grants"]
    least = 8.0 if number < 3000 else 12.0
    goal(
        "stock / compact",
        times["stock migrations"].median / ours.median,
        at_least=least,
    )
    goal("compact / psql", ours.median / times["psql, the same text"].median, at_most=1.1)
    goal("pool, ms", times["from the pool"].median * 1000, at_most=20)
    return median(spent)
