"""How commands speak: lines, tables and progress bars, plain where nobody watches."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

Report = Callable[[str, int, int], None]

console = Console(highlight=False, soft_wrap=True)
errors = Console(highlight=False, soft_wrap=True, stderr=True)


LANGUAGES = ("zh-hans", "en")
asked_language: ContextVar[str] = ContextVar("asked_language", default="")


def language() -> str:
    """Return the language in which services refuse: what was asked for, else what the locale says.

    Commands themselves speak English, as their help does.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    said = asked_language.get() or next(filter(None, map(os.environ.get, names)), "")
    return "en" if said.startswith("en") else "zh-hans"


class Failure(Exception):
    """A command cannot do what it was asked; the message says why and what to do."""


def tell_failure(message: str) -> None:
    """Say what went wrong, to the error output."""
    errors.print(message, style="red", markup=False)


def say(text: str = "", *, style: str = "") -> None:
    """Print one line as it is."""
    console.print(text, style=style, markup=False)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """Print rows under headings."""
    drawn = Table(*headings, title=title or None, title_justify="left", header_style="bold")
    for row in rows:
        drawn.add_row(*(str(cell) for cell in row))
    console.print(drawn, soft_wrap=False)


@contextmanager
def step(label: str) -> Iterator[Report]:
    """Show one step of a longer work, with a bar as soon as it reports how far it is."""
    began = time.monotonic()
    with Progress(
        TextColumn("  {task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task(label, total=None)

        def report(what: str, done: int, total: int) -> None:
            progress.update(task, description=f"{label}: {what}", completed=done, total=total)

        yield report
    say(f"  {label} [{time.monotonic() - began:.1f} s]")
