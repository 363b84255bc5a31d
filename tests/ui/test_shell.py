"""The frame of a page tells where one is, who one is, and what is unusual today."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.ui import counters


@pytest.fixture
def request_of_clerk(monkeypatch) -> HttpRequest:
    monkeypatch.setattr(counters, "_counters", {})
    counters.register("todo", lambda request: 7, url_name="ui:kit")
    request = RequestFactory().get("/ui-kit/")
    request.station = SimpleNamespace(name="宣化区总工会困难职工帮扶中心", level=2)
    request.actor = Actor(user_id=1, name="王秀华")
    return request


def draw(request: HttpRequest) -> str:
    return render_to_string("ui/shell.html", request=request)


def test_the_top_bar_names_the_station_its_level_and_the_person(request_of_clerk):
    page = draw(request_of_clerk)
    assert "宣化区总工会困难职工帮扶中心" in page
    assert "县级" in page
    assert "王秀华" in page


def test_the_bell_shows_what_waits(request_of_clerk):
    assert '<span class="num">7</span>' in draw(request_of_clerk)


def test_a_station_that_is_suspended_says_so_on_every_page(request_of_clerk):
    request_of_clerk.station_notice = "本站已暂停办理，只能查看。"
    assert "本站已暂停办理，只能查看。" in draw(request_of_clerk)


def test_a_demo_that_runs_ahead_says_which_time_it_believes_in(request_of_clerk, settings):
    settings.BANGFU_DEMO = True
    clock.set_offset_provider(lambda: timedelta(days=30))
    try:
        assert "业务时间已调到" in draw(request_of_clerk)
    finally:
        clock.set_offset_provider(None)


def test_a_network_in_real_time_shows_no_such_banner(request_of_clerk):
    assert "业务时间已调到" not in draw(request_of_clerk)


def test_the_language_is_switched_outside_the_station(request_of_clerk):
    assert 'action="/i18n/setlang/"' in draw(request_of_clerk)


def test_the_frame_speaks_english_to_those_who_chose_it(request_of_clerk):
    with translation.override("en"):
        page = draw(request_of_clerk)
    assert "Union Assistance Platform" in page
    assert "County" in page
    assert "中文" in page
