"""Run a management command of Django with the product's servers."""

import argparse

from bangfu.cli.product import product


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "arguments",
        nargs=argparse.REMAINDER,
        help="what follows `manage.py` elsewhere, for example: check --deploy",
    )


def run(arguments: argparse.Namespace) -> int:
    """Hand over to Django, on the network's shared tables."""
    with product(prepared=False):
        from django.core.management import execute_from_command_line

        from bangfu.kernel.tenancy import in_network

        with in_network():
            execute_from_command_line(["bangfu manage", *arguments.arguments])
    return 0
