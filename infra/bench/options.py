"""What can be measured, and how a run is told so."""

import argparse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# In this order: later ones find the stations that earlier ones opened.
MEASUREMENTS = {
    "provisioning": "open a station: stock migrations, compact DDL, psql, the pool",
    "rollup": "the city's total: ORM loop, UNION ALL, one shared table, facts",
    "writes": "a write with facts, a hot cell",
    "recounting": "a station and a network counted anew: by station, one statement over a shared table",
    "requests": "processor time of a request: no tenancy, stock, ours",
    "change": "a schema change over all stations: stock, planned, psql",
    "leaving": "export and drop one station",
    "reporting": "one quarter of a whole network: drawn, sent, accepted up to the city",
    "retier": "a change of the income line that moves 2,000 files: preview, list, confirm, undo",
    "importing": "a workbook of 5,000 households, from its upload to its files",
    "banking": "a bank statement of up to 100,000 lines, from its upload to the books",
    "payouts": "batches of 1,000 and 10,000 payments, from the approvals to the bank and back",
    "lists": "first, middle and last page of every list of a station with 100,000 rows of each kind",
    "load": "eight people at once on pages of a growing network, served by gunicorn",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of a run."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join(f"{name:13} {what}" for name, what in MEASUREMENTS.items())
    parser.add_argument(
        "names", nargs="*", choices=[*MEASUREMENTS, []], metavar="name", help="default: all"
    )
    parser.add_argument(
        "--stations", default="300", metavar="N,N", help="sizes of the network; default 300"
    )
    parser.add_argument("--full", action="store_true", help="more rounds and more files")
    parser.add_argument(
        "--state",
        type=Path,
        default=ROOT / ".bangfu" / "bench",
        help="folder of the servers; must not be that of a running network",
    )
    parser.add_argument("--keep", action="store_true", help="keep the servers' data afterwards")
