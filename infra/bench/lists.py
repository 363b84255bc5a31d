"""The first, a far and the last page of every long list of a station with 100,000 rows of each kind."""

import re
import time
from functools import partial
from typing import Any

from infra.bench import ground, load
from infra.bench.many import Filled, address_key
from infra.bench.measure import Times, goal, timed, title

ROWS = 100_000
SLOWEST_MS = 300
_A_PAGE = 20

LISTS = {
    "files": "files/",
    "files, on file": "files/?state=on_file",
    "files, one name": "files/?words=赵",
    "aid": "aid/",
    "aid, one state": "aid/?state=paid",
    "aid, one kind": "aid/?aid=living",
    "aid, one state and kind": "aid/?state=paid&aid=living",
    "aid, one name": "aid/?words=赵",
    "aid, one number": "aid/?words=BF00000007",
    "goods given out": "goods/issues/",
    "lots": "goods/",
    "movements of a lot": f"goods/lots/{address_key(1)}/",
    "choose whom to give": f"goods/lots/{address_key(1)}/issue/",
    "one special group": "pairing/groups/?group=retired",
    "households without a helper": "pairing/",
    "pairings": "pairing/pairings/",
    "visits": "pairing/visits/",
    "visits overdue": "pairing/visits/?tab=overdue",
    "visits done": "pairing/visits/?tab=done",
    "visits of a round": f"pairing/rounds/{address_key(1)}/",
    "helpers": "pairing/helpers/",
    "students": "pairing/students/",
    "bank lines open": "banking/lines/",
    "bank lines of one type": "banking/lines/?type=B6",
    "bank lines by word": "banking/lines/?words=好心",
    "lines of a statement": f"banking/statements/{address_key(1)}/",
    "receipts unclaimed": "banking/receipts/",
    "vouchers": "ledger/",
    "vouchers of one kind": "ledger/?kind=claim",
    "vouchers by word": "ledger/?words=基准",
    "vouchers of a month": "ledger/?since=2026-03-01&until=2026-03-31",
    "batches": "payouts/",
    "payments of a batch": f"payouts/{address_key(1)}/",
    "aid to be paid": "payouts/new/",
    "to do": "todos/",
    "deadlines missed": "todos/?tab=overdue",
    "notifications": "notifications/",
    "audit": "audit/",
}


def run(*, stations: list[int], quick: bool) -> None:
    """Fill one station and ask for its lists in this process, all of them in each round."""
    del stations
    station = ground.open_tree(4)[1]
    began = time.perf_counter()
    Filled(station, rows=ROWS)
    load.tidy(station)
    title(f"lists: {ROWS:,} rows of each kind, made in {time.perf_counter() - began:.0f} s")
    measure(station, rounds=5 if quick else 20)


def measure(station: Any, *, rounds: int, lists: dict[str, str] = LISTS) -> None:
    """Ask for each list so many times, its pages in turns; print medians and 95th percentiles."""
    browser = _browser(station)
    slowest: dict[str, float] = {}
    for label, path in lists.items():
        address = f"/s/{station.code}/{path}"
        last = _last_page(browser.get(address).content.decode())
        times = {number: Times(str(number)) for number in sorted({1, (last + 1) // 2, last})}
        for _round in range(rounds):
            for number, one in times.items():
                one.seconds.append(timed(partial(_page, browser, address, number)))
        told = ", ".join(
            f"page {number:,} {one.median * 1000:.0f} / {one.p95 * 1000:.0f}"
            for number, one in times.items()
        )
        slowest[label] = max(one.p95 for one in times.values()) * 1000
        print(f"  {label:28} p50 / p95 ms: {told}", flush=True)
    for label, took in slowest.items():
        goal(f"{label}, slowest page, p95 ms", took, at_most=SLOWEST_MS)


def _page(browser: Any, address: str, number: int) -> None:
    answer = browser.get(f"{address}{'&' if '?' in address else '?'}page={number}")
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def _last_page(text: str) -> int:
    return max((int(found) for found in re.findall(r"[?&;]page=(\d+)", text)), default=1)


def _browser(station: Any) -> Any:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    return Client(headers={"cookie": load.cookie(station)})
