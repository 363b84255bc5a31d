"""One quarter reported by a whole network: drawn, sent, accepted up to the city, in the background."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from infra.bench import files, ground
from infra.bench.measure import goal, timed, title

FORM = "hardship_files"
FILES_EACH = 45
SECONDS_AT_MOST = 120
# As many as a machine of two processors runs; the branches of the city report at the same time.
WORKERS = 2
OURS = "infra.bench.our_settings"


def run(*, stations: list[int], quick: bool) -> None:
    """Let a network of each size report the quarter that is over."""
    for number in stations:
        _report(number, each=FILES_EACH if quick else FILES_EACH * 4)


def _report(number: int, *, each: int) -> None:
    import bangfu.celery  # noqa: F401 - lets the doorbell reach the broker of the benchmark
    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_network, in_station
    from shared_apps.exchange.models import Message
    from shared_apps.rollup.selectors import answer
    from shared_apps.rollup.services import fold_facts
    from tenant_apps.reports.models import Report
    from tenant_apps.reports.selectors import QUARTER, closed_period
    from tenant_apps.reports.services.auto import branches_of

    known = ground.open_tree(number)
    files.copy_everywhere(known, each=each)
    files.record_all(known)
    fold_facts(now=clock.now(), wait=True)
    city = known[0].ref
    period = closed_period(QUARTER, on=clock.today())
    branches = [branch.id for branch in branches_of(city)]
    title(f"one quarter of {number} stations, {number * each} files, {WORKERS} workers")
    answers: list[dict[str, Any]] = []

    def report() -> None:
        answers.extend(_shared_out(branches, period.text))

    seconds = timed(report)
    sent = sum(one["sent"] for one in answers)
    python = sum(one["python"] for one in answers)
    print(f"  {sent} of {number} sent in {seconds:.1f} s; processor: Python {python:.1f} s")
    with in_network():
        kinds = Counter(
            Message.objects.filter(stream__startswith="report:").values_list("kind", "state")
        )
        counted = answer("FIL-01", station=city, period=period).value
    print("  messages: " + ", ".join(f"{kind} {state} {n}" for (kind, state), n in kinds.items()))
    with in_station(city):
        own = Report.objects.select_related("version").get(period=period.text)
    total = own.version.picture["total"]["closing.households_all"] if own.version else None
    print(f"  the city's report is {own.state}: {total} households on file, the facts {counted}")
    goal("seconds for the network", seconds, at_most=SECONDS_AT_MOST)


def _shared_out(branches: list[int], period: str) -> list[dict[str, Any]]:
    """Give each worker every so-manieth branch, and wait for all of them."""
    shares = [branches[start::WORKERS] for start in range(WORKERS)]
    with ExitStack() as stack, ThreadPoolExecutor(WORKERS) as pool:
        workers = [stack.enter_context(ground.Worker(OURS)) for _share in shares]
        for worker in workers:
            worker.ask("ready")
        asked = [
            pool.submit(worker.ask, "report", branches=share, form=FORM, period=period)
            for worker, share in zip(workers, shares, strict=True)
        ]
        return [one.result() for one in asked]
