"""The two ways walked most can be walked without a mouse: a decision on a file, and an application."""

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.fault,
    pytest.mark.usefixtures("furnished"),
]
MOST_STOPS = 200
SEEN = """() => {
    const look = getComputedStyle(document.activeElement);
    return look.outlineStyle !== "none" || look.boxShadow !== "none";
}"""


def walk_to(person, selector, *, key="Tab"):
    """Press Tab until what has the keyboard is this; each stop on the way must be seen."""
    for _press in range(MOST_STOPS):
        person.page.keyboard.press(key)
        if person.page.evaluate("one => document.activeElement.matches(one)", selector):
            assert person.page.evaluate(SEEN), f"{selector} does not show the keyboard"
            return
    raise AssertionError(f"Tab never reaches {selector}")


def pressed(person, key="Enter"):
    """Press a key and wait for the page it leads to."""
    with person.page.expect_navigation():
        person.page.keyboard.press(key)


def test_a_file_is_taken_up_and_left_again_by_keyboard_alone(visitor):
    person = visitor().sign_in("xuanhua.reviewer")
    person.go("/s/130705/reviews/?state=offered")
    keys = person.page.keyboard
    walk_to(person, "#list tbody a")
    pressed(person)
    opener = "[data-dialog=accept]"
    walk_to(person, opener)
    keys.press("Space")
    assert person.page.locator("dialog#accept").evaluate("one => one.matches(':modal')")
    assert person.page.evaluate("document.activeElement.closest('dialog').id") == "accept"
    keys.press("Escape")
    assert person.page.evaluate("one => document.activeElement.matches(one)", opener)

    keys.press("Enter")
    keys.type("材料齐全，予以受理。")
    walk_to(person, "dialog#accept footer [type=submit]")
    pressed(person)
    assert "材料齐全，予以受理。" in person.text()
    assert person.page.locator(opener).count() == 0


def test_a_worker_begins_an_application_and_comes_back_by_keyboard_alone(visitor):
    person = visitor(width=390)
    keys = person.page.keyboard
    person.go("/s/130705001/public/")
    walk_to(person, "a[href$='/public/apply/']")
    pressed(person)
    walk_to(person, "main button[type=submit]")
    pressed(person)
    code = person.text("#code")
    walk_to(person, "a[href$='/apply/next/']")
    pressed(person)
    walk_to(person, "main [name=name]")
    keys.type("钱试键")
    walk_to(person, "main button[name=later]")
    pressed(person, "Space")

    person.context.clear_cookies()
    person.go("/s/130705001/public/resume/")
    walk_to(person, "main [name=code]")
    keys.type(code)
    pressed(person)
    person.go("/s/130705001/public/apply/next/")
    assert person.page.locator("main [name=name]").input_value() == "钱试键"
