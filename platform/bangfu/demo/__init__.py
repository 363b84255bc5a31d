"""The demo network: the real divisions of Zhangjiakou, invented units, people and households.

Everything follows from a seed: the same seed gives the same names, numbers and figures. What the first
visitor needs is made at once; the workers make the rest while people look on.
"""

from bangfu.demo.loading import go_on, load_first
from bangfu.demo.money import tell_money
from bangfu.demo.reporting import report_next

__all__ = ["go_on", "load_first", "report_next", "tell_money"]
