"""Take turns, keep the times, print medians and ratios."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Times:
    """The seconds that one way of doing something took."""

    label: str
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


Ways = Mapping[str, Callable[[], object]]


def taking_turns(ways: Ways, *, rounds: int, warm_up: int = 1) -> dict[str, Times]:
    """Call each way ``rounds`` times, one after the other, so that noise meets all alike."""
    times = {label: Times(label) for label in ways}
    for number in range(rounds + warm_up):
        for label, way in ways.items():
            began = time.perf_counter()
            way()
            took = time.perf_counter() - began
            if number >= warm_up:
                times[label].seconds.append(took)
    return times


def timed(way: Callable[[], object]) -> float:
    """Return the seconds of one call."""
    began = time.perf_counter()
    way()
    return time.perf_counter() - began


def title(text: str) -> None:
    """Head a group of figures."""
    print(f"\n{text}", flush=True)


def show(times: Mapping[str, Times], *, against: str, note: str = "") -> None:
    """Print a line a way: median, p95, and how many times the median of ``against``."""
    base = times[against].median
    width = max(len(label) for label in times)
    for label, one in times.items():
        ratio = one.median / base if base else float("nan")
        print(
            f"  {label:{width}}  median {_scaled(one.median)}  p95 {_scaled(one.p95)}"
            f"  x{ratio:8.2f}  (n={len(one.seconds)})",
            flush=True,
        )
    if note:
        print(f"  {note}", flush=True)


def goal(
    text: str, value: float, *, at_least: float | None = None, at_most: float | None = None
) -> None:
    """Print a figure beside what it should be."""
    if at_least is not None:
        met, wanted = value >= at_least, f">= {at_least:g}"
    else:
        met, wanted = value <= (at_most or 0.0), f"<= {at_most:g}"
    print(f"  -> {text}: {value:.3g} (goal {wanted}) {'met' if met else 'MISSED'}", flush=True)


def _scaled(seconds: float) -> str:
    return f"{seconds * 1000:10.3f} ms" if seconds < 10 else f"{seconds:10.2f} s "
