"""The menu shows what the asker may open, and counts once."""

from dataclasses import replace

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse, set_script_prefix

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef
from bangfu.ui import counters
from bangfu.ui.context import shell
from bangfu.ui.menu import (
    Entry,
    Group,
    MenuItem,
    declared_items,
    declared_user_links,
    menu_for,
    network_url,
    shortcuts,
)

HOME = MenuItem("首页", "home", "ui:kit", "工作台", None, 1, scope="network")
OPEN = MenuItem("台账", "books", "set_language", "业务", "file.view", 2, scope="network")
STATION = MenuItem("档案", "users", "ui:kit", "业务", None, 3)


@pytest.fixture(autouse=True)
def _outside_every_station() -> None:
    """Addresses as on the network's pages, whichever page was asked for before."""
    set_script_prefix("/")


def request_of(*capabilities: str, path: str = "/ui-kit/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.actor = Actor(user_id=1, name="王经办", capabilities=frozenset(capabilities))
    request.station = None
    return request


def labels(request: HttpRequest, *items: MenuItem) -> list[str]:
    return [str(entry.label) for group in menu_for(request, items) for entry in group.entries]


def test_an_entry_is_hidden_from_those_who_may_not_open_it():
    assert labels(request_of(), HOME, OPEN) == ["首页"]


def test_an_entry_is_shown_to_those_who_may_open_it():
    assert labels(request_of("file.view"), HOME, OPEN) == ["首页", "台账"]


def test_nobody_signed_in_has_no_menu():
    assert menu_for(RequestFactory().get("/"), [HOME]) == []


def test_an_entry_of_the_stations_is_not_on_network_pages():
    assert labels(request_of(), HOME, STATION) == ["首页"]


def test_the_entry_of_the_page_is_marked_also_on_pages_below_it():
    request = request_of("file.view", path="/i18n/setlang/more/")
    marked = [
        entry.label
        for group in menu_for(request, [HOME, OPEN])
        for entry in group.entries
        if entry.current
    ]
    assert marked == ["台账"]


def test_an_entry_is_shown_where_the_station_has_that_work():
    county, township = (
        StationRef(
            id=level, code="1", name="站", level=level, schema="s", path=f"{level}.", parent_id=1
        )
        for level in (2, 3)
    )
    item = MenuItem("审核", "check", "ui:kit", "业务", None, 1, at=lambda one: one.level == 2)

    def seen_at(station):
        request = request_of()
        request.actor = replace(request.actor, station=station)
        request.station = station
        return labels(request, item)

    assert (seen_at(county), seen_at(township)) == (["审核"], [])


def test_the_home_page_offers_first_where_work_waits_and_never_its_own_group():
    def entry(label, count=0, current=False):
        return Entry(label, "home", f"/{label}/", count, current)

    groups = [
        Group("工作台", (entry("首页", current=True), entry("待办", 9))),
        Group("业务", (entry("档案"), entry("审核", 2), *map(entry, "一二三四五六七八九十"))),
        Group("资金", (entry("凭证", 1),)),
    ]

    offered = [one.label for one in shortcuts(groups)]

    assert offered[:4] == ["审核", "凭证", "档案", "一"]
    assert len(offered) == 12


def test_an_entry_without_a_page_is_left_out():
    assert labels(
        request_of(), MenuItem("坏", "x", "no:page", "业务", None, 1, scope="network"), HOME
    ) == ["首页"]


def test_a_counter_is_asked_once_per_request(monkeypatch):
    monkeypatch.setattr(counters, "_counters", {})
    asked = []
    counters.register("todo", lambda request: asked.append(request) or 12)
    request = request_of()
    assert [counters.count_for(request, "todo"), counters.count_for(request, "todo")] == [12, 12]
    assert len(asked) == 1


def test_who_only_looks_sees_the_counts_of_the_last_seconds(monkeypatch, settings):
    settings.BANGFU_COUNTS_KEPT_SECONDS = 60
    monkeypatch.setattr(counters, "_counters", {})
    waiting = [3]
    counters.register("todo", lambda request: waiting[0])
    first = request_of()
    counters.forget(first)
    assert counters.count_for(first, "todo") == 3
    counters.keep(first)
    waiting[0] = 4
    assert counters.count_for(request_of(), "todo") == 3
    somebody_else = request_of()
    somebody_else.actor = Actor(user_id=2, name="李审核", capabilities=frozenset())
    assert counters.count_for(somebody_else, "todo") == 4
    counters.forget(first)
    assert counters.count_for(request_of(), "todo") == 4


def test_who_turns_pages_quickly_still_sees_new_counts(monkeypatch, settings):
    settings.BANGFU_COUNTS_KEPT_SECONDS = 60
    monkeypatch.setattr(counters, "_counters", {})
    counters.register("todo", lambda request: 3)
    first, kept = request_of(), []
    counters.forget(first)
    monkeypatch.setattr(counters.cache, "set", lambda *given: kept.append(given))
    counters.count_for(first, "todo")
    counters.keep(first)
    assert len(kept) == 1
    monkeypatch.setattr(counters.cache, "get", lambda _key: {"todo": 3})
    second = request_of()
    assert counters.count_for(second, "todo") == 3
    counters.keep(second)
    assert len(kept) == 1


def test_two_apps_cannot_count_under_one_name(monkeypatch):
    monkeypatch.setattr(counters, "_counters", {})
    counters.register("todo", lambda request: 1)
    with pytest.raises(counters.CounterTaken):
        counters.register("todo", lambda request: 2)


def test_the_shell_counts_nothing_until_a_page_is_drawn(monkeypatch):
    monkeypatch.setattr(counters, "_counters", {})
    counters.register("todo", lambda request: pytest.fail("counted"))
    assert shell(request_of())["actor"].name == "王经办"


def test_a_page_outside_the_stations_keeps_its_address_inside_one():
    set_script_prefix("/s/320001/")
    try:
        assert network_url("set_language") == "/i18n/setlang/"
    finally:
        set_script_prefix("/")


def test_every_declared_entry_of_a_station_leads_to_a_page():
    items = [item for item in declared_items() if item.scope == "station"]
    assert all(reverse(item.url_name, urlconf="bangfu.urls.station") for item in items)


def test_every_declared_entry_outside_the_stations_leads_to_a_page():
    names = [item.url_name for item in declared_items() if item.scope == "network"]
    names += [link.url_name for link in declared_user_links()]
    assert all(network_url(name) for name in names)
