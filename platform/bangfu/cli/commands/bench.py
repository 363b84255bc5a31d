"""Measure against stock django-tenants and plain SQL."""

import argparse
import runpy
import sys
from importlib.util import find_spec

from bangfu.cli.console import Failure


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare that everything else goes to the benchmarks."""
    parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, help="what is measured; --help lists it"
    )


def run(arguments: argparse.Namespace) -> int:
    """Hand over to ``infra.bench``, which comes with the checkout and not with the package."""
    if find_spec("infra.bench") is None:
        raise Failure(
            "The benchmarks come with the checkout: clone the repository and run make bench."
        )
    sys.argv = ["bangfu bench", *arguments.arguments]
    runpy.run_module("infra.bench", run_name="__main__")
    return 0
