"""``python -m bangfu.local start|stop|urls``: the servers alone, without the product."""

import argparse
import shlex
import sys

from bangfu.local import LocalError, default_state_dir, ensure, running_urls, stop


def main() -> int:
    """Start, stop or show the servers of ``BANGFU_STATE_DIR``; addresses are printed for a shell."""
    parser = argparse.ArgumentParser(prog="bangfu.local", description=main.__doc__)
    parser.add_argument("action", choices=["start", "stop", "urls"])
    action = parser.parse_args().action
    state_dir = default_state_dir()
    try:
        if action == "stop":
            stop(state_dir)
            return 0
        urls = ensure(state_dir) if action == "start" else running_urls(state_dir)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if urls is None:
        sys.stderr.write(f"no servers run in {state_dir}\n")
        return 1
    sys.stdout.write(
        f"DATABASE_URL={shlex.quote(urls.database_url)}\nREDIS_URL={shlex.quote(urls.redis_url)}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
