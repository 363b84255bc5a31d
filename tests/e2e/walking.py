"""A walk over every page of the product, driven by the list of its routes.

A page of a record is opened at a record that some page names: in a link, in the form of an act, in a part that is
fetched later. So the walk learns from each page it looks at, and goes round until nothing new is found.
"""

import re
from collections import defaultdict
from itertools import islice, product
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from shared_apps.accounts.roles import CAPABILITIES
from tests.isolation.needs import ANY_MEMBER, NEEDS, PUBLIC
from tests.isolation.routes import routes

PART = re.compile(r"<(?:\w+:)?(\w+)>")
# How many records are tried for an address before it is left for the next round.
TRIES = 12
NAMED = """() => {
    const places = [...document.querySelectorAll("[href], form[action], [hx-get], [data-url]")];
    return [location.pathname, ...places.map((one) =>
        one.getAttribute("href") || one.getAttribute("action") || one.getAttribute("hx-get") || one.dataset.url)];
}"""

TABS = """() => [...new Set([...document.querySelectorAll('main a[href^="?tab="]:not([aria-current])')]
    .map((one) => one.getAttribute("href")))]"""


class Walk:
    """The pages below one address; ``looked`` names those that were looked at, ``others`` what is no page.

    ``ways`` lead elsewhere: a part to the page it belongs to, a page to the one before it.
    """

    def __init__(self, urlconf, look):
        self.urlconf = urlconf
        self.look = look
        self.routes = {one.name: one for one in routes(urlconf) if not one.is_api}
        self.looked = {}
        self.others = {}
        self.ways = {}
        self.wrong = []
        self.read_at = set()
        # Which values a part of an address had, by app and part, and at any app.
        self.values = defaultdict(dict)
        # Which whole addresses were named, by path: the first with its query, without which some show nothing.
        self.named = defaultdict(dict)

    def as_somebody(self, person, root, roles=None):
        """Look at what a person with these roles may open below ``root`` and nobody has looked at; without, at all."""
        # What lists name differs from one person to the next.
        self.read_at.clear()
        person.go(root)
        self.learn(person, root)
        before = -1
        while before < len(self.looked):
            before = len(self.looked)
            for route in self.routes.values():
                if not is_open(route, roles):
                    continue
                if route.name not in self.looked | self.others:
                    self.open(person, root, route)
                elif route.name in self.looked and not PART.search(route.pattern):
                    self.read(person, root, route)

    def open(self, person, root, route):
        """Look at the page of a route, if there is a record for it."""
        for path in self.addresses(root, route):
            kind = kind_of(person, path)
            if kind == "page":
                self.looked[route.name] = path
                self.read_at.add((root, route.name))
                self.wrong += self.look(person, path, narrow=bool(len(self.looked) % 2))
                self.learn(person, root)
                self.learn_of_tabs(person, root)
                return
            if kind == "other":
                self.others[route.name] = path
                return
            if kind == "way":
                self.ways[route.name] = path

    def read(self, person, root, route):
        """Learn from a page that was looked at below another address: other records stand on it here."""
        if (root, route.name) not in self.read_at:
            self.read_at.add((root, route.name))
            if kind_of(person, root + route.pattern) == "page":
                person.go(root + route.pattern)
                self.learn(person, root)
                self.learn_of_tabs(person, root)

    def learn_of_tabs(self, person, root):
        """Note what stands on the other tabs of the page in front of a person."""
        path = urlsplit(person.page.url).path
        for tab in person.page.evaluate(TABS):
            person.go(path + tab)
            self.learn(person, root)

    def learn(self, person, root):
        """Note the addresses that the page in front of a person names."""
        for address in person.page.evaluate(NAMED):
            asked = urlsplit(address or "")
            path = asked.path
            if not path.startswith(root):
                continue
            try:
                found = resolve("/" + path.removeprefix(root), urlconf=self.urlconf)
            except Resolver404:
                continue
            whole = f"{path}?{asked.query}" if asked.query else path
            self.named[root, found.view_name].setdefault(path, whole)
            for part, value in found.captured_kwargs.items():
                self.values[root, found.app_name, part][str(value)] = None
                self.values[root, "", part][str(value)] = None

    def addresses(self, root, route):
        """Yield addresses of a route: those that were named, those that known records make up, one of no record.

        The last tells an act, which is refused to whoever only looks, from a page.
        """
        yield from islice(self.named[root, route.name].values(), TRIES)
        app = route.name.rpartition(":")[0]
        parts = PART.findall(route.pattern)
        known = [self.values[root, app, one] or self.values[root, "", one] for one in parts]
        for values in islice(product(*(list(one)[:TRIES] for one in known)), TRIES):
            path = root + route.path(**dict(zip(parts, values, strict=True)))
            if path not in self.named[root, route.name]:
                yield path
        if parts:
            yield root + route.path()

    @property
    def unreached(self):
        """The routes of which nobody found a page, nor that they are none."""
        return set(self.routes) - set(self.looked) - set(self.others) - set(self.ways)


def is_open(route, roles):
    """Whether somebody with these roles may open a page of a station; of the network's, whether it answers tells."""
    if roles is None:
        return True
    needed = NEEDS.get(route.name, (PUBLIC, PUBLIC))[0]
    return needed in {PUBLIC, ANY_MEMBER} or any(needed in CAPABILITIES[role] for role in roles)


def kind_of(person, path):
    """Say whether an address is a page, something else - an act, a file, a part -, leads elsewhere, or nowhere."""
    answer = person.context.request.get(person.url + path, max_redirects=0)
    if answer.status == 405:
        return "other"
    if answer.status in {301, 302}:
        return "way"
    if answer.status != 200:
        return "nothing"
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return "page" if is_html and "<main" in answer.text() else "other"
