"""Pages fit a phone, and a form can be filled without a mouse."""

import pytest

from tests.e2e.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.fault]

# Pages by who looks at them; those with a name stand as pictures in the documentation.
PAGES = {
    "tiantaisi.clerk": {
        "/s/130705001/": "workbench-township",
        "/s/130705001/todos/": "",
        "/s/130705001/notifications/": "",
        "/s/130705001/files/": "files",
        "/s/130705001/files/new/": "",
        "/s/130705001/files/import/": "",
        "/s/130705001/aid/": "",
        "/s/130705001/aid/campaigns/": "",
        "/s/130705001/payouts/": "",
        "/s/130705001/goods/": "",
        "/s/130705001/benefits/cards/": "",
    },
    "xuanhua.finance": {
        "/s/130705/ledger/": "",
        "/s/130705/ledger/balance/": "",
        "/s/130705/sources/transfers/": "",
        "/s/130705/sources/donations/": "",
        "/s/130705/banking/": "",
        "/s/130705/banking/lines/": "",
        "/s/130705/banking/reconciliation/": "",
    },
    "xuanhua.reviewer": {
        "/s/130705/": "workbench",
        "/s/130705/reviews/": "reviews",
        "/s/130705/reviews/?tab=done": "",
        "/s/130705/notices/": "notices",
        "/s/130705/public/notices/": "",
    },
    "city.head": {"/s/1307/": "", "/s/1307/rollup/": "rollup"},
    "xuanhua.head": {
        "/s/130705/rollup/": "rollup-county",
        "/s/130705/onboarding/": "",
        "/s/130705/breaks/": "",
    },
    "xuanhua.admin": {"/s/130705/people/": "", "/s/130705/settings/": ""},
    "network.admin": {
        "/network/": "console",
        "/network/stations/": "",
        "/network/messages/": "",
        "/network/breaks/": "",
    },
}


@pytest.mark.parametrize("username", PAGES)
@pytest.mark.usefixtures("furnished")
def test_no_page_scrolls_sideways(visitor, picture, username):
    person = visitor().sign_in(username)
    wide = []
    for path, name in PAGES[username].items():
        person.go(path)
        for width, prefix in ((1366, ""), (390, "phone-")):
            person.look_at_width(width)
            if name:
                picture(person, f"{prefix}{name}")
            if person.scrolls_sideways():
                wide.append((path, width))
        person.look_at_width(1366)
    assert wide == []


# Pages of the money behind a list: who looks, the list, what the address of the page begins with, the picture.
BEHIND = (
    ("tiantaisi.clerk", "/s/130705001/payouts/", "payouts/", "batch"),
    ("tiantaisi.clerk", "/s/130705001/aid/", "aid/", ""),
    ("tiantaisi.clerk", "/s/130705001/aid/campaigns/", "aid/campaigns/", "campaign"),
    ("tiantaisi.clerk", "/s/130705001/benefits/cards/", "benefits/cards/", ""),
    ("xuanhua.finance", "/s/130705/sources/transfers/", "sources/transfers/", ""),
    ("xuanhua.finance", "/s/130705/banking/", "banking/statements/", ""),
    ("xuanhua.finance", "/s/130705/banking/lines/", "banking/lines/", ""),
)


@pytest.mark.parametrize(("username", "path", "begins", "name"), BEHIND)
@pytest.mark.usefixtures("money_told")
def test_a_page_of_the_money_fits_a_phone(visitor, picture, username, path, begins, name):
    person = visitor().sign_in(username)
    person.go(path)
    person.go(person.page.locator(f"main tbody a[href*='{begins}']").last.get_attribute("href"))
    for width, prefix in ((1366, ""), (390, "phone-")):
        person.look_at_width(width)
        if name:
            picture(person, f"{prefix}{name}")
        assert not person.scrolls_sideways(), width


def test_a_unit_finds_the_public_pages_on_a_phone(visitor):
    person = visitor(width=390)
    for path in ("/join/", "/accounts/login/"):
        person.go(path)
        assert not person.scrolls_sideways()


@pytest.mark.usefixtures("furnished")
def test_who_goes_back_and_presses_again_adds_nothing_and_who_opens_the_form_anew_does(visitor):
    person = visitor().sign_in("tiantaisi.head")
    form, rows = "/s/130705001/pairing/helpers/new/", person.page.locator("main tbody tr")
    person.go(form)
    person.fill(name="往返试")
    person.press("保存")

    person.page.go_back()
    person.press("保存")
    assert "这张表单已经提交过，没有重复办理" in person.text("body")
    assert rows.filter(has_text="往返试").count() == 1

    person.go(form)
    person.fill(name="往返试")
    person.press("保存")
    assert rows.filter(has_text="往返试").count() == 2


@pytest.mark.usefixtures("furnished")
def test_somebody_signs_in_and_opens_a_file_by_keyboard_alone(visitor):
    person = visitor()
    keys = person.page.keyboard
    person.go("/accounts/login/")
    walk_to(person, "username")
    keys.type("tiantaisi.clerk")
    keys.press("Tab")
    keys.type(PASSWORD)
    with person.page.expect_navigation():
        keys.press("Enter")

    person.go("/s/130705001/files/new/")
    walk_to(person, "name")
    keys.type("钱试键")
    with person.page.expect_navigation():
        keys.press("Enter")
    assert "钱试键" in person.page.content()
    assert "/change/" in person.page.url or "/files/" in person.page.url


def walk_to(person, name):
    """Press Tab until the field of this name has the focus."""
    for _press in range(120):
        if person.page.evaluate("document.activeElement.name") == name:
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {name}")
