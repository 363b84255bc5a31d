"""One quarter reported by a whole network: drawn, sent, accepted up to the city, in the background."""

from collections import Counter
from time import process_time
from typing import Any

from infra.bench import files, ground
from infra.bench.measure import goal, timed, title

FORM = "hardship_files"
FILES_EACH = 45
SECONDS_AT_MOST = 120


def run(*, stations: list[int], quick: bool) -> None:
    """Let a network of each size report the quarter that is over."""
    for number in stations:
        _report(number, each=FILES_EACH if quick else FILES_EACH * 4)


def _report(number: int, *, each: int) -> None:
    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_network, in_station
    from shared_apps.exchange.models import Message
    from shared_apps.rollup.selectors import answer
    from shared_apps.rollup.services import fold_facts
    from tenant_apps.reports.declarations import get_form
    from tenant_apps.reports.models import Report
    from tenant_apps.reports.selectors import QUARTER, closed_period
    from tenant_apps.reports.services.auto import report_period

    known = ground.open_tree(number)
    files.copy_everywhere(known, each=each)
    files.record_all(known)
    fold_facts(now=clock.now(), wait=True)
    period = closed_period(QUARTER, on=clock.today())
    title(f"one quarter of {number} stations, {number * each} files")
    done: list[Any] = []
    python = process_time()
    city = known[0].ref

    def report() -> None:
        done.append(report_period(get_form(FORM), period, root=city, now=clock.now()))

    seconds = timed(report)
    print(
        f"  {done[0]}; {seconds:.1f} s, {seconds / number * 1000:.0f} ms a station; processor: "
        f"Python {process_time() - python:.1f} s"
    )
    with in_network():
        kinds = Counter(
            Message.objects.filter(stream__startswith="report:").values_list("kind", "state")
        )
    print("  messages: " + ", ".join(f"{kind} {state} {n}" for (kind, state), n in kinds.items()))
    with in_station(city):
        version = Report.objects.select_related("version").get(period=period.text).version
    total = version.picture["total"]["closing.households_all"] if version else 0
    with in_network():
        counted = answer("FIL-01", station=city, period=period).value
    print(f"  the city says {total} households on file, the facts {counted}")
    goal("seconds for the network", seconds, at_most=SECONDS_AT_MOST)
