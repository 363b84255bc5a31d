"""Pages keep the strict policy: nothing inline, every icon and file there."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.ui import views
from bangfu.ui.menu import declared_items, declared_user_links
from bangfu.web.problems import answer_refusal

ROOT = Path(__file__).resolve().parents[2]
INLINE = re.compile(
    r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son(?:click|change|submit|load|input|error)="
)
TROUBLES = ("400", "403", "404", "409", "429", "500")


class Inline(HTMLParser):
    """Collects what a strict policy would refuse, and the files a page asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.files: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or "style" in given:
            self.refused.append(f"<{tag}> with a style")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.refused.append("inline script")
        self.refused += [f"{tag} {name}" for name in given if name.startswith("on")]
        self.files += [
            given[name]
            for name in ("src", "href")
            if str(given.get(name, "")).startswith("/static/")
        ]
        self.ids += [given["id"]] if given.get("id") else []


def read(html: str) -> Inline:
    parsed = Inline()
    parsed.feed(html)
    return parsed


@pytest.fixture
def request_of_nobody() -> HttpRequest:
    return RequestFactory().get("/ui-kit/")


@pytest.fixture
def kit(request_of_nobody: HttpRequest) -> str:
    return views.kit(request_of_nobody).content.decode()


def test_the_kit_page_holds_nothing_inline(kit):
    assert read(kit).refused == []


def test_every_element_of_the_kit_page_has_its_own_id(kit):
    ids = read(kit).ids
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("code", TROUBLES)
def test_an_error_page_holds_nothing_inline_and_finds_its_files(code):
    page = read(render_to_string(f"{code}.html", request=RequestFactory().get("/")))
    assert page.refused == []
    missing = [
        file
        for file in page.files
        if not finders.find(file.removeprefix("/static/").partition("#")[0])
    ]
    assert missing == []


def test_the_page_of_a_fault_is_drawn_without_a_request_or_context():
    assert "系统出错" in render_to_string("500.html")


def test_a_refused_input_lists_every_problem_with_its_row():
    problems = [Problem(code="bad", message="身份证号末位不对", row=5, column="身份证号")]
    page = answer_refusal(RequestFactory().get("/"), InvalidInput(problems))
    assert page is not None
    assert "第 5 行 身份证号：身份证号末位不对" in page.content.decode()


def test_the_kit_is_shown_in_a_demo_only(request_of_nobody, settings):
    settings.BANGFU_DEMO = False
    with pytest.raises(Http404):
        views.kit(request_of_nobody)


def test_every_icon_that_a_page_or_menu_names_is_in_the_sprite():
    drawn = set(
        re.findall(
            r'<symbol id="([^"]+)"', Path(finders.find("vendor/icons/sprite.svg")).read_text()
        )
    )
    named = {
        icon
        for folder in ("platform", "tenants", "shared_apps", "tenant_apps")
        for path in (ROOT / folder).rglob("*.html")
        for icon in re.findall(r'(?:{%\s*icon |icon_name=)"([^"]+)"', path.read_text())
    }
    named |= {item.icon for item in (*declared_items(), *declared_user_links())}
    assert named - drawn == set()


def test_no_template_of_any_app_writes_script_or_style_inline():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for folder in ("platform", "tenants", "shared_apps", "tenant_apps")
        for path in (ROOT / folder).rglob("*.html")
        for match in INLINE.finditer(path.read_text())
    ]
    assert found == []
