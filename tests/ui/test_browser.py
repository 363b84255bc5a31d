"""The kit page in a real browser, under the strict policy, on a desk and on a phone."""

import shutil
import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from playwright.sync_api import Page, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The product's pages without its database: the kit page reads none."""
    middleware = ["csp.middleware.CSPMiddleware", "django_htmx.middleware.HtmxMiddleware"]
    with override_settings(MIDDLEWARE=middleware, ROOT_URLCONF="tests.ui.urls"):
        server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), Server, Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/ui-kit/"
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield running
        running.close()


@pytest.fixture(scope="module")
def window(browser):
    """One person's window: what it has fetched once is not fetched for every test."""
    with browser.new_context(locale="zh-CN") as window:
        yield window


WIDTHS = {"desk": 1366, "phone": 390}
ON_BOTH = pytest.mark.parametrize("page", WIDTHS, indirect=True)
ON_A_PHONE = pytest.mark.parametrize("page", ["phone"], indirect=True)


def opened(window, address: str, width: int) -> Page:
    page = window.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.complaints = []
    page.on(
        "console", lambda said: page.complaints.append(said.text) if said.type == "error" else None
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(address)
    page.wait_for_selector("[data-drawn]")
    return page


@pytest.fixture
def page(window, address, request) -> Iterator[Page]:
    """A page to work on, of its own; on a desk unless asked otherwise."""
    page = opened(window, address, WIDTHS[getattr(request, "param", "desk")])
    yield page
    page.close()


@pytest.fixture(scope="module", params=WIDTHS)
def still(window, address, request) -> Iterator[Page]:
    """A page that is only looked at: to draw it takes a second."""
    page = opened(window, address, WIDTHS[request.param])
    yield page
    page.close()


def test_the_policy_refuses_nothing_of_the_page(still):
    assert still.locator("#bars svg").count() == 1
    assert still.complaints == []


def test_the_page_is_never_wider_than_the_screen(still):
    assert still.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def test_the_identity_number_fills_birthday_sex_and_age(page):
    page.fill("#id_id_no", "13077119900101293X")
    assert page.input_value("#id_birthday") == "1990-01-01"
    assert page.input_value("#id_sex") == "male"
    assert int(page.input_value("#id_age")) >= 36


def test_clear_text_comes_after_a_reason(page):
    page.click("[data-reveal]")
    page.fill("#reveal-reason", "核对领款人")
    page.click("#reveal [type=submit]")
    page.wait_for_selector("text=130771199001012939")


def test_a_progress_asks_again_and_moves_on(page):
    page.wait_for_selector(".job-head >> text=20%", timeout=6000)


@ON_BOTH
def test_ticked_rows_are_counted_and_can_be_all_of_the_search(page):
    page.locator("input[name=ids]").first.check()
    assert page.locator(".bar [data-selected]").first.inner_text() == "1"
    page.evaluate("document.querySelector('[data-all]').click()")
    page.click("[data-every]")
    assert page.locator(".bar [data-selected]").first.inner_text() == "40"


def test_ticked_rows_go_along_with_the_confirmed_act(page):
    page.locator("input[name=ids]").first.check()
    page.click("[data-batch]")
    page.evaluate(
        "document.querySelector('#batch form').addEventListener('submit', (event) => event.preventDefault())"
    )
    page.click("#batch [type=submit]")
    assert page.locator("#batch input[name=ids]").count() == 1


def test_leaving_a_form_half_filled_is_asked_about(page):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.fill("#id_name", "王秀华")
    page.reload()
    assert asked == ["beforeunload"]


SEND = "document.querySelector('form[data-guard]').requestSubmit()"


@ON_A_PHONE
def test_without_network_a_half_filled_form_stays_and_is_sent_later(page):
    page.evaluate("document.querySelector('form[data-guard]').noValidate = true")
    page.fill("#id_name", "王秀华")
    page.context.set_offline(True)
    page.evaluate(SEND)
    page.wait_for_selector(".note-error >> text=填写的内容都在")
    page.context.set_offline(False)
    assert page.input_value("#id_name") == "王秀华"
    with page.expect_request(lambda request: request.method == "POST"):
        page.evaluate(SEND)


def test_the_crumbs_lead_back_to_the_list_as_it_was_searched(page, address):
    page.goto(f"{address}?name=%E7%8E%8B&page=2")
    page.evaluate("history.pushState({}, '', '/ui-kit/one/')")
    page.evaluate(
        "document.querySelector('.crumbs ol').innerHTML = '<li><a id=\"back\" href=\"/ui-kit/\">list</a></li>'"
    )
    page.evaluate("document.querySelector('.search').remove()")
    page.evaluate("document.dispatchEvent(new Event('htmx:afterSettle'))")
    assert page.get_attribute("#back", "href").endswith("/ui-kit/?name=%E7%8E%8B&page=2")


NAMELESS = """
Array.from(document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, progress, summary"))
  .filter((one) => !(one.textContent.trim() && !one.matches("select, textarea"))
    && !one.getAttribute("aria-label") && !(one.labels && one.labels.length))
  .map((one) => one.outerHTML.slice(0, 120))
"""
FAINT = """
(() => {
  const light = (colour) => {
    const [red, green, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) { return colour.slice(0, 3); }
    }
    return [255, 255, 255];
  };
  const worded = Array.from(document.querySelectorAll("body *")).filter((one) =>
    !one.closest("svg, script, [disabled], [hidden], dialog:not([open])")
    && Array.from(one.childNodes).some((node) => node.nodeType === 3 && node.textContent.trim()));
  return worded.map((one) => {
    const shades = [light(parse(getComputedStyle(one).color).slice(0, 3)), light(ground(one))];
    const [high, low] = shades.sort((a, b) => b - a);
    return [(high + 0.05) / (low + 0.05), one.outerHTML.slice(0, 100)];
  }).filter(([ratio]) => ratio < 4.5);
})()
"""


def test_every_control_has_a_name_for_those_who_cannot_see_it(still):
    assert still.evaluate(NAMELESS) == []


def test_every_word_stands_out_from_its_ground(still):
    assert still.evaluate(FAINT) == []


@ON_BOTH
def test_a_phone_folds_the_search_away_and_says_how_many_fields_narrow_the_list(page):
    form, head = page.locator("form.search"), page.locator(".search-fold summary")
    if page.viewport_size["width"] > 768:
        assert form.is_visible()
        assert not head.is_visible()
        return
    assert not form.is_visible()
    head.click()
    page.fill("#main [name=name]", "王")
    page.evaluate(
        "document.querySelector('form.search').addEventListener('submit', (event) => event.preventDefault())"
    )
    page.locator("form.search [type=submit]").click()
    assert not form.is_visible()
    assert head.inner_text().split() == ["筛选", "1"]


def test_the_folded_search_opens_without_javascript(browser, address):
    with browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 800}
    ) as bare:
        page = bare.new_page()
        page.goto(f"{address}?name=%E7%8E%8B")
        assert not page.locator("form.search").is_visible()
        page.locator(".search-fold summary").click()
        assert page.locator("form.search").is_visible()
