"""Bring the database and every station to this version of the code."""

import argparse

from bangfu.cli.console import step
from bangfu.cli.product import product


def configure(_parser: argparse.ArgumentParser) -> None:
    """Declare no options: every step is safe to repeat, and goes on where it was cut off."""


def run(_arguments: argparse.Namespace) -> int:
    """Run the same steps as ``bangfu up`` does at its start."""
    with product(prepared=False), step("preparing the database") as report:
        from tenants.setup import prepare_database

        prepare_database(progress=report)
    return 0
