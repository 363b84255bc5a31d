"""Somebody in front of a browser, and what is noted of every page they see."""

import time
from contextlib import contextmanager
from urllib.parse import urlsplit

PASSWORD = "bangfu-demo-2026"
OWN_PASSWORD = "yushugou-2026-banfu"
HERE = "127.0.0.1"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_SECONDS = 60
# Who looks ever again keeps from their work the workers that he waits for.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.3, 2.0


def pauses():
    """How long to wait, in seconds, before one looks again, and again."""
    seconds = FIRST_PAUSE_SECONDS
    while True:
        yield seconds
        seconds = min(1.5 * seconds, LONGEST_PAUSE_SECONDS)


def height_of(width):
    """How high a window or a phone of this width is."""
    return 900 if width > 400 else 844


class Watch:
    """What the browsers of a test complained about, and which other machines were asked."""

    def __init__(self):
        self.complaints = []
        self.strangers = []

    def over(self, page):
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", self._asked)

    def _heard(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.location['url']}: {message.text}")

    def _asked(self, request):
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname != HERE:
            self.strangers.append(request.url)


class Person:
    """One browser session: goes to pages, fills forms, presses what is written on buttons."""

    def __init__(self, browser, url, *, watch, width=1366):
        self.url = url
        self.context = browser.new_context(
            viewport={"width": width, "height": height_of(width)},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.page = self.context.new_page()
        watch.over(self.page)

    def leave(self):
        self.context.close()

    def go(self, path):
        answer = self.page.goto(path if path.startswith("http") else self.url + path)
        assert answer.ok, f"{path}: {answer.status}"

    def sign_in(self, username, password=PASSWORD):
        self.context.clear_cookies()
        self.go("/accounts/login/")
        self.fill(username=username, password=password)
        self.press("登录")
        assert "/accounts/login/" not in self.page.url, self.text("main")
        return self

    def fill(self, inside="main", **values):
        for name, value in values.items():
            field = self.page.locator(f"{inside} [name={name}]").first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def press(self, words, inside="main"):
        """Press the button with exactly these words and wait for the page it leads to."""
        button = self.page.locator(inside).get_by_role("button", name=words, exact=True).first
        with self.page.expect_navigation():
            button.click()

    def follow(self, link):
        """Follow a link to the page it leads to."""
        with self.page.expect_navigation():
            link.click()

    def confirm(self, words, dialog, **values):
        """Open a dialog by its button, fill it, and press its main button."""
        self.page.locator(f"[data-dialog={dialog}]").first.click()
        inside = f"dialog#{dialog}"
        self.fill(inside, **values)
        with self.page.expect_navigation():
            self.page.locator(f"{inside} footer button[type=submit]").last.click()

    def text(self, inside="main"):
        return self.page.locator(inside).first.inner_text()

    def until(self, holds, path, what, *, seconds=PATIENCE_SECONDS):
        """Look at a page again and again until it shows what others or the workers have done."""
        deadline, pause = time.monotonic() + seconds, pauses()
        self.go(path)
        while not holds(self):
            assert time.monotonic() < deadline, f"{what} did not come: {self.text()[:2000]}"
            self.page.wait_for_timeout(1000 * next(pause))
            self.go(path)

    def until_read(self, words, path, *, seconds=PATIENCE_SECONDS):
        self.until(lambda person: words in person.text(), path, words, seconds=seconds)

    @contextmanager
    def downloading(self):
        with self.page.expect_download() as download:
            yield download

    def look_at_width(self, width):
        """Look at the page as a window of this width shows it."""
        self.page.set_viewport_size({"width": width, "height": height_of(width)})

    def scrolls_sideways(self):
        return self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
