"""Make the secrets that production needs."""

import argparse
import secrets as random

from bangfu.cli.console import say
from bangfu.local.secrets import new_key


def configure(_parser: argparse.ArgumentParser) -> None:
    """Declare no options: each call prints fresh secrets and keeps none."""


def run(_arguments: argparse.Namespace) -> int:
    """Print fresh secrets as lines of an environment file."""
    say(f"BANGFU_SECRET_KEY={random.token_urlsafe(48)}")
    say(f"BANGFU_ENCRYPTION_KEYS=k1:{new_key()}")
    say(f"BANGFU_BLIND_INDEX_KEY={new_key()}")
    say(f"BANGFU_METRICS_TOKEN={random.token_urlsafe(24)}")
    return 0
