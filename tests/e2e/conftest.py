"""The demo network started as its users start it, and people with browsers in front of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.people import FLAGS, Person, Watch
from tests.support.machine import Machine, free_port

# A size of the demo network (small or full): keep pictures of the pages in docs/pictures, taken on it.
PICTURES_OF = os.environ.get("BANGFU_PICTURES", "")
# What the demonstration plants, by the names of the auditor.
PLANTED = ("facts-other-than-files", "messages-with-a-gap")
# Run by a process with the settings of the network, which those of the tests are not.
MAKE_RECORDS = """
from bangfu.cli.product import product
with product():
    from tests.e2e.records import make
    make()
"""
OPENING_SECONDS = 600 if PICTURES_OF == "full" else 180


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Show with a failure what the web wrote last, and why messages were refused: the page says only that it failed."""
    del call
    report = yield
    network = item.funcargs.get("network") if report.failed else None
    if network is not None:
        report.sections.append(("web.log", network.last_lines("web.log")))
        refused = network.last_lines("worker.log", 5, saying="message_failed")
        report.sections.append(("messages refused", refused))
    return report


@pytest.fixture(scope="package")
def network(tmp_path_factory):
    """The city with two streets of 宣化区, in a folder and on a port of its own.

    When everybody is done the auditor looks at all that the stories left, and must find nothing.
    """
    machine = Machine(tmp_path_factory.mktemp("network"), free_port())
    machine.up(demo=PICTURES_OF or "tiny")
    machine.is_furnished = machine.is_told = machine.has_records = False
    try:
        machine.until_ready()
        yield machine
        assert _found_by_the_auditor(machine) == []
    finally:
        machine.give_back()


def _found_by_the_auditor(machine):
    looks = [machine.bangfu("audit", what) for what in ("verify", "files", "ledger")]
    found = [look.stdout + look.stderr for look in looks if look.returncode]
    return [one for one in found if not _is_planted(one)]


def _is_planted(found):
    """Say whether only that was found which the demonstration plants, and a story may have healed."""
    rows = [line for line in found.splitlines() if line.startswith("│")]
    return bool(rows) and all(any(name in row for name in PLANTED) for row in rows)


@pytest.fixture(scope="module")
def chromium():
    """Chromium, for as long as a module lasts: its event loop must not meet the tests after it."""
    path = os.environ.get("BANGFU_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip(
            "Chromium is absent: install it (apt-get install chromium) or set BANGFU_CHROMIUM"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def watch():
    """What no page may do: complain in the console, or ask anything of another machine."""
    watch = Watch()
    yield watch
    assert watch.complaints == []
    assert watch.strangers == []


@pytest.fixture
def visitor(chromium, network, watch):
    """Give somebody a browser of their own: ``visitor(width=390)`` → ``Person``."""
    people = []

    def arrive(*, width: int = 1366) -> Person:
        person = Person(chromium, network.url, watch=watch, width=width)
        people.append(person)
        return person

    yield arrive
    for person in people:
        person.leave()


@pytest.fixture
def furnished(visitor, network):
    """The network once the workers have opened every station, put its files there and planted the faults."""
    if not network.is_furnished:
        administrator = visitor().sign_in("network.admin")
        administrator.until_read(
            "demo.planted", "/network/audit/?event=demo.planted", seconds=OPENING_SECONDS
        )
        network.is_furnished = True
    return network


@pytest.fixture
def money_told(furnished):
    """The furnished network with the story of the money, which the smallest does not tell by itself."""
    if not furnished.is_told:
        told = furnished.bangfu("demo", "tell")
        assert told.returncode == 0, told.stderr
        furnished.is_told = True
    return furnished


@pytest.fixture
def with_records(money_told):
    """The network with the records that its stories do not make, so that every page has one to show."""
    if not money_told.has_records:
        made = subprocess.run(
            [sys.executable, "-c", MAKE_RECORDS],
            check=False, capture_output=True, text=True, env=money_told.environ, timeout=300,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        money_told.has_records = True
    return money_told


@pytest.fixture
def picture():
    """Keep a picture of a page for the README."""
    folder = Path(__file__).resolve().parents[2] / "docs" / "pictures"

    def take(person: Person, name: str) -> None:
        if PICTURES_OF:
            folder.mkdir(exist_ok=True)
            person.page.screenshot(path=folder / f"{name}.png")

    return take
