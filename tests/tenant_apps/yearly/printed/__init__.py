"""The figures of two printed reports and a copy, as ledgers and totals that the import takes.

``later_…`` are those of the other papers: yearly targets, a township, a city and a county of later years, a district
with its love platforms, model workers, an evaluation. What the county's paper masks stands there with any number.

``figures.csv`` holds one line for each group of a ledger: how many households (or persons) got how much in
all. A ledger has a row for each of them: sums are dealt out by the largest remainder, so they add up.
"""

import csv
import io
from collections import defaultdict
from pathlib import Path

from tenant_apps.yearly.rules.columns import ROWS, TOTALS

_HERE = Path(__file__).parent
_DEALT = {"金额（元）": 100, "数量": 1000, "实物折价（元）": 100}


def dealt(total: str, count: int, scale: int) -> list[str]:
    """Deal a sum out to so many, in the smallest unit, the rest to the first."""
    if not total:
        return [""] * count
    whole, rest = divmod(round(float(total) * scale), count)
    return [f"{(whole + (at < rest)) / scale:.3f}".rstrip("0").rstrip(".") for at in range(count)]


def ledgers(name: str = "figures.csv") -> dict[tuple[str, str], bytes]:
    """Return every ledger as a CSV file, by station and name."""
    with (_HERE / name).open(encoding="utf-8") as file:
        groups = list(csv.DictReader(file))
    rows = defaultdict(list)
    for group in groups:
        count = int(group["户（人）数"])
        shares = {
            name: dealt(
                group[name], 1 if group["类别"] in {"社会捐款", "资金收入"} else count, scale
            )
            for name, scale in _DEALT.items()
            if name != "数量" or group["物资类别"] == "取暖煤"
        }
        if group["数量"] and "数量" not in shares:
            shares["数量"] = [str(int(group["数量"]) // count)] * count
        ledger = rows[group["站点"], group["台账"]]
        for at in range(count):
            row = {column.heading: group.get(column.heading, "") for column in ROWS}
            row |= {name: parts[at] for name, parts in shares.items()}
            row["对象编号"] = f"{len(ledger) + 1:05d}"
            ledger.append(row)
    return {key: _csv([column.heading for column in ROWS], some) for key, some in rows.items()}


def totals(name: str = "totals.csv") -> dict[str, bytes]:
    """Return the totals on paper of each station as a CSV file."""
    rows = defaultdict(list)
    with (_HERE / name).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row.pop("站点")].append(row)
    return {
        station: _csv([column.heading for column in TOTALS], some) for station, some in rows.items()
    }


def _csv(headings: list[str], rows: list[dict[str, str]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, headings, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()
