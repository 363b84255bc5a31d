"""``python -m bangfu.cli``."""

import sys

from bangfu.cli import main

if __name__ == "__main__":
    sys.exit(main())
