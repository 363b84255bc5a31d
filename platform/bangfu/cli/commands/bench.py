"""Measure against stock django-tenants and plain SQL."""

import argparse
from importlib import import_module
from importlib.util import find_spec

from bangfu.cli.console import Failure

BENCHMARKS = "infra.bench.options"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options, which come with the benchmarks."""
    if _is_there():
        import_module(BENCHMARKS).add_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Hand over to ``infra.bench``, which comes with the checkout and not with the package."""
    if not _is_there():
        raise Failure(
            "The benchmarks come with the checkout: clone the repository and run make bench."
        )
    import_module("infra.bench.__main__").measure(arguments)
    return 0


def _is_there() -> bool:
    return find_spec("infra") is not None and find_spec(BENCHMARKS) is not None
