"""Pages can be used by everybody: axe-core finds nothing serious, and the keyboard is enough."""

import os

import pytest

from shared_apps.accounts.roles import Role
from tenant_apps.applications.steps import STEPS
from tests.e2e.accessibility import (
    dialogs_that_fail,
    findings,
    pages_behind_the_menu,
)
from tests.e2e.walking import Walk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.fault,
    pytest.mark.usefixtures("money_told"),
]
WIDTHS = (1366, 390)
EVERY_PAGE = os.environ.get("BANGFU_CHAOS") == "full"
# Who looks at a station, and pages beside those of the menu; a selector stands for the page it leads to.
PEOPLE = {
    "tiantaisi.clerk": (
        "130705001",
        {
            "files/new/": "",
            "files/?state=on_file": "#list tbody a",
            "files/import/": "",
            "files/retiering/": "",
            "files/transfers/": "",
            "pairing/pairings/": "#list tbody a",
            "pairing/visits/": "#list tbody a",
            "pairing/rounds/": "tbody a",
            "reports/": "#list tbody a",
            "documents/downloads/": "",
            "public/verify/": "",
            "public/notices/": "",
            "aid/": "#list tbody a",
            "aid/new/person/": "",
            "aid/campaigns/": "#list tbody a",
            "payouts/": "#list tbody a",
            "payouts/new/": "",
            "goods/": "#list tbody a",
            "goods/new/": "",
            "benefits/cards/": "#list tbody a",
            "benefits/partners/": "#list tbody a",
        },
    ),
    "xuanhua.finance": (
        "130705",
        {
            "ledger/": "#list tbody a",
            "ledger/vouchers/new/": "",
            "ledger/funds/": "#list tbody a",
            "ledger/balance/": "#list tbody a",
            "sources/transfers/": "#list tbody a",
            "sources/transfers/new/": "",
            "sources/donations/": "#list tbody a",
            "sources/plans/": "main tbody a",
            "banking/": "#list tbody a",
            "banking/upload/": "",
            "banking/lines/": "#list tbody a",
            "banking/reconciliation/": "",
            "benefits/settlements/new/": "",
        },
    ),
    "xuanhua.reviewer": (
        "130705",
        {
            "reviews/?tab=all": "#list tbody a",
            "reviews/means/": "#list tbody a",
            "reviews/meetings/new/": "",
            "reviews/life/": "",
            "reports/": "main a[href$='/board/']",
            "pairing/rounds/new/": "",
            "privacy/looks/new/": "",
            "privacy/retention/": "",
        },
    ),
    "xuanhua.head": ("130705", {"policies/": "main tbody a"}),
    "xuanhua.admin": ("130705", {"documents/templates/": "", "people/": "", "settings/": ""}),
}
# People of each level, and the station whose pages they find behind its menu.
FINDERS = {
    "city.head": "1307",
    "city.supervisor": "1307",
    "xuanhua.reviewer": "130705",
    "xuanhua.head": "130705",
    "xuanhua.finance": "130705",
    "xuanhua.supervisor": "130705",
    "xuanhua.admin": "130705",
    "tiantaisi.clerk": "130705001",
    "tiantaisi.head": "130705001",
    "tiantaisi.finance": "130705001",
    "tiantaisi.supervisor": "130705001",
    "wuliu.clerk": "130705001E01",
}
# Pages with dialogs of their own: whose, where, and which link there leads to them.
WITH_DIALOGS = (
    ("xuanhua.reviewer", "/s/130705/reviews/?tab=todo", "#list tbody a"),
    ("xuanhua.reviewer", "/s/130705/reviews/means/", ""),
    ("tiantaisi.clerk", "/s/130705001/files/?state=on_file", "#list tbody a"),
    ("xuanhua.admin", "/s/130705/people/", ""),
)


def looked_at(person, path, *, widths=WIDTHS):
    """Return what is wrong with a page in these widths."""
    person.go(path)
    wrong = []
    for width in widths:
        person.look_at_width(width)
        wrong += [f"{path} at {width}: {one}" for one in findings(person)]
    person.look_at_width(WIDTHS[0])
    return wrong


def test_the_main_pages_have_no_serious_finding(visitor):
    wrong, seen = [], set()
    for username, (code, more) in PEOPLE.items():
        person = visitor().sign_in(username)
        root = f"/s/{code}/"
        person.go(root)
        menu = person.page.eval_on_selector_all(
            ".side a", "links => links.map(link => link.pathname)"
        )
        for path in [*menu, *(root + one for one in more)]:
            name = path.removeprefix(root)
            if name in seen or name.startswith("/"):
                continue
            seen.add(name)
            # Pages share their parts: every other one, by turns wide and narrow, unless every page is looked at.
            if len(seen) % 2 and not EVERY_PAGE:
                continue
            widths = WIDTHS if EVERY_PAGE else (WIDTHS[len(seen) // 2 % 2],)
            wrong += looked_at(person, path, widths=widths)
            inner = more.get(name)
            link = person.page.locator(inner).first if inner else None
            if link is not None and link.count():
                wrong += looked_at(person, link.evaluate("one => one.pathname"), widths=widths)
    assert wrong == []
    assert len(seen) > 20


def test_what_is_known_of_somebody_and_the_network_have_no_serious_finding(visitor):
    person = visitor().sign_in("xuanhua.reviewer")
    person.go("/s/130705/files/")
    wrong = []
    file = person.page.locator("#list tbody a")
    if file.count():
        wrong += looked_at(
            person, file.first.evaluate("one => one.pathname").replace("/files/", "/privacy/files/")
        )
    person.sign_in("network.admin")
    for path in ("/network/", "/network/stations/", "/network/messages/"):
        wrong += looked_at(person, path)
    assert wrong == []


def test_the_side_of_the_worker_has_no_serious_finding(visitor):
    person = visitor(width=390)
    root = "/s/130705001/public/"
    phone = {"widths": WIDTHS if EVERY_PAGE else (390,)}
    wrong = looked_at(person, root, **phone) + looked_at(person, root + "resume/", **phone)
    person.look_at_width(390)
    person.go(root + "apply/")
    wrong += findings(person)
    person.press("开始填写")
    wrong += findings(person)
    for page in (*(step.name for step in STEPS), "family/new"):
        wrong += looked_at(person, f"{root}apply/{page}/", **phone)
        person.look_at_width(390)
    wrong += looked_at(person, root + "mine/", **phone)
    assert wrong == []


def test_what_a_worker_on_file_and_the_public_see_has_no_serious_finding(visitor):
    worker = worker_with_a_code(visitor)
    root = "/s/130705001/public/"
    widths = WIDTHS if EVERY_PAGE else (390,)
    wrong = []
    for page in ("mine/", "mine/file/", "apply/code/", "apply/slip/", "", "notices/"):
        wrong += looked_at(worker, root + page, widths=widths)
    objection = worker.page.locator("main a[href$='/object/']")
    if objection.count():
        path = objection.first.evaluate("one => one.pathname")
        wrong += looked_at(worker, path, widths=widths)
    assert wrong == []


def code_and_number(clerk):
    """Look up the number of the person on the file, and give them a code to follow it by."""
    page = clerk.page
    number = page.locator(".masked", has=page.locator("[data-reveal$='/reveal/id_no/']"))
    place = number.locator("xpath=..").element_handle()
    number.locator("[data-reveal]").click()
    page.locator("dialog#reveal [name=reason]").fill("核对本人身份证")
    page.locator("dialog#reveal footer [type=submit]").click()
    number.wait_for(state="detached")
    id_no = place.inner_text().strip()
    clerk.follow(page.get_by_role("link", name="发放查询码"))
    clerk.fill(id_no=id_no)
    clerk.press("发放并打印")
    return page.locator(".secret-code").inner_text(), id_no


def enter_with_a_code(worker, code, id_no):
    worker.go("/s/130705001/public/resume/")
    worker.fill(code=code, tail=id_no[-4:])
    worker.press("进入")


def test_the_paper_page_and_what_it_verifies_have_no_serious_finding(visitor):
    person = visitor().sign_in("tiantaisi.clerk")
    person.go("/s/130705001/files/?state=on_file")
    file = person.page.locator("#list tbody a").first.evaluate("one => one.pathname")
    wrong = looked_at(person, file.replace("/files/", "/documents/files/"))
    wrong += looked_at(person, "/accounts/login/")
    assert wrong == []


@pytest.mark.skipif(not EVERY_PAGE, reason="every page takes some minutes: make chaos")
@pytest.mark.parametrize("username", FINDERS)
def test_every_page_somebody_finds_has_no_serious_finding_and_good_dialogs(visitor, username):
    root = f"/s/{FINDERS[username]}/"
    person = visitor().sign_in(username)
    wrong, count = [], 0
    for path in pages_behind_the_menu(person, root):
        count += 1
        wrong += looked_at(person, path)
        wrong += [f"{path}: {one}" for one in dialogs_that_fail(person)]
    assert wrong == []
    assert count > 20


@pytest.mark.parametrize(("username", "path", "behind"), WITH_DIALOGS)
def test_the_dialogs_of_a_record_keep_the_keyboard_and_give_it_back(
    visitor, username, path, behind
):
    person = visitor().sign_in(username)
    person.go(path)
    if behind:
        person.go(person.page.locator(behind).first.evaluate("one => one.pathname"))
    assert person.page.locator("main [data-dialog]:visible:enabled").count() > 0
    assert dialogs_that_fail(person) == []


def test_whoever_has_no_mouse_skips_the_menu(visitor):
    person = visitor().sign_in("tiantaisi.clerk")
    person.go("/s/130705001/files/")
    keys = person.page.keyboard
    keys.press("Tab")
    skip = person.page.locator(".skip")
    assert skip.evaluate("one => document.activeElement === one")
    assert skip.bounding_box()["x"] >= 0
    keys.press("Enter")
    assert person.page.evaluate("document.activeElement.id") == "main"
    keys.press("Tab")
    assert person.page.evaluate("document.activeElement.closest('main') !== null")


def test_tab_goes_through_a_form_in_its_order_and_is_seen(visitor):
    person = visitor().sign_in("tiantaisi.clerk")
    person.go("/s/130705001/files/new/")
    person.page.evaluate("""() => {
        window.stops = [];
        document.addEventListener("focusin", (event) => {
            const look = getComputedStyle(event.target);
            window.stops.push({
                place: event.target,
                seen: look.outlineStyle !== "none" || look.boxShadow !== "none",
            });
        });
    }""")
    for _press in range(60):
        person.page.keyboard.press("Tab")
    found = person.page.evaluate("""() => ({
        count: new Set(window.stops.map((one) => one.place)).size,
        unseen: window.stops.filter((one) => !one.seen).map((one) => one.place.outerHTML.slice(0, 120)),
        backwards: window.stops.slice(1).filter((one, at) =>
            window.stops[at].place.compareDocumentPosition(one.place) & Node.DOCUMENT_POSITION_PRECEDING
        ).map((one) => one.place.outerHTML.slice(0, 120)),
    })""")
    assert found["count"] >= 50
    assert (found["unseen"], found["backwards"]) == ([], [])


def test_a_dialog_keeps_the_keyboard_and_gives_it_back(visitor):
    person = visitor().sign_in("xuanhua.reviewer")
    person.go("/s/130705/files/")
    page, keys = person.page, person.page.keyboard
    page.locator("[data-dialog=export]").focus()
    keys.press("Enter")
    assert page.locator("dialog#export").evaluate("one => one.matches(':modal')")
    left = []
    for _press in range(12):
        keys.press("Tab")
        if not page.evaluate(
            "document.activeElement === document.body"
            " || document.querySelector('dialog#export').contains(document.activeElement)"
        ):
            left.append(page.evaluate("document.activeElement.outerHTML"))
    assert left == []
    keys.press("Escape")
    assert not page.locator("dialog#export").is_visible()
    assert page.evaluate("document.activeElement.dataset.dialog") == "export"


# How many pages of a station, and of the network, are looked at: no fewer than there were.
STATION_PAGES, NETWORK_PAGES = 195, 30
_ONCE = "shown once, to whoever has just made it"
# The routes of which no page is looked at, and why.
NOT_LOOKED_AT = {
    "casework:attachment": "a file, not a page",
    "privacy:picture": "a file that was sent up, not a page",
    "accounts:letter": _ONCE,
    "accounts:invitation": "for whoever was invited, by a key that only the letter holds",
    "accounts:reset": "for whoever forgot the password, by a key that only the letter holds",
    "onboarding:letters": _ONCE,
    "onboarding:mine": "for whoever applied, by a key that only they hold",
    "onboarding:paper": "a file of a station that waits to join",
    "console:paper": "a file of a station that waits to join",
    "policies:change-progress": "a part of a change of standards",
    "reconciliation:run": "stands while a reconciliation runs, then leads to the breaks",
}


@pytest.mark.skipif(not EVERY_PAGE, reason="all pages take a quarter of an hour: make chaos")
@pytest.mark.usefixtures("with_records")
def test_every_page_there_is_has_no_serious_finding(visitor):
    """The routes of the matrix, each opened by whoever may first, at a record that some page names."""
    station = Walk("bangfu.urls.station", looked_at_once)
    for username, code in FINDERS.items():
        role = "administrator" if username.endswith(".admin") else username.rpartition(".")[2]
        station.as_somebody(visitor().sign_in(username), f"/s/{code}/", [Role(role)])
    for worker in (worker_with_a_code(visitor), worker_who_applies(visitor)):
        station.learn(worker, "/s/130705001/")
        station.as_somebody(worker, "/s/130705001/", [])
    network = Walk("bangfu.urls", looked_at_once)
    network.as_somebody(visitor().sign_in("network.admin"), "/")

    assert station.wrong + network.wrong == []
    assert (station.unreached | network.unreached) - set(NOT_LOOKED_AT) == set()
    assert len(station.looked) >= STATION_PAGES
    assert len(network.looked) >= NETWORK_PAGES


def worker_with_a_code(visitor):
    """Somebody on file who follows the file on a phone."""
    clerk = visitor().sign_in("tiantaisi.clerk")
    clerk.go("/s/130705001/files/?state=on_file")
    clerk.go(clerk.page.locator("#list tbody a").first.evaluate("one => one.pathname"))
    worker = visitor(width=390)
    enter_with_a_code(worker, *code_and_number(clerk))
    return worker


def worker_who_applies(visitor):
    """Somebody who has begun to fill in an application on a phone."""
    worker = visitor(width=390)
    worker.go("/s/130705001/public/apply/")
    worker.press("开始填写")
    return worker


def looked_at_once(person, path, *, narrow):
    """Look at a page in one width, by turns a desk and a phone; in both where every page is looked at by everybody."""
    return looked_at(person, path, widths=WIDTHS if EVERY_PAGE else (WIDTHS[narrow],))
