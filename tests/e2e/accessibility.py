"""What axe-core says of a page, and the pages of a station found by walking its addresses."""

from pathlib import Path

from django.urls import Resolver404, resolve

AXE = (Path(__file__).parent / "assets" / "axe.min.js").read_text(encoding="utf-8")
ASK = """() => axe.run(document, {
    resultTypes: ["violations"],
    runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
})"""
SERIOUS = {"serious", "critical"}


def findings(person):
    """Return the serious and critical findings on the page a person looks at."""
    page = person.page
    # What is folded away is hidden from axe too.
    page.evaluate(
        "() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
    )
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE)
    return [
        f"{one['id']}: {node['html'][:160]} {node['target']} {node['failureSummary'][:200]}"
        for one in page.evaluate(ASK)["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"][:2]
    ]


def pages_behind_the_menu(person, root):
    """Yield what somebody finds below a station: the menu, then one page of each kind that those lead to.

    A kind is an address with its records left out. A page is opened only when the one before was dealt with.
    """
    person.go(root)
    waiting = person.page.eval_on_selector_all(
        ".side a", "links => links.map(link => link.pathname)"
    )
    seen = set()
    while waiting:
        path = waiting.pop(0)
        name = name_of(path, root)
        if not name or name in seen:
            continue
        seen.add(name)
        if not is_page(person, path):
            continue
        person.go(path)
        waiting += person.page.eval_on_selector_all(
            "main a:not([target]):not([download])", "links => links.map(link => link.pathname)"
        )
        yield path


def name_of(path, root):
    """Name the page of a station at an address; empty where there is none."""
    try:
        return resolve("/" + path.removeprefix(root), urlconf="bangfu.urls.station").view_name
    except Resolver404:
        return ""


def dialogs_that_fail(person):
    """Open every dialog of the page by keyboard; return what is wrong with how they keep the focus and give it back."""
    page, keys = person.page, person.page.keyboard
    wrong = []
    for opener in page.locator("main [data-dialog]:visible:enabled").all():
        name = opener.get_attribute("data-dialog")
        dialog = page.locator(f"dialog[id='{name}']")
        opener.focus()
        keys.press("Enter")
        if not dialog.evaluate(
            "one => one.matches(':modal') && one.contains(document.activeElement)"
        ):
            wrong.append(f"{name}: does not open, or leaves the keyboard behind it")
        for _press in range(12):
            keys.press("Tab")
            if not dialog.evaluate(
                "one => [document.body, null].includes(document.activeElement)"
                " || one.contains(document.activeElement)"
            ):
                wrong.append(f"{name}: lets the keyboard out")
                break
        keys.press("Escape")
        if dialog.evaluate("one => one.open"):
            wrong.append(f"{name}: stays open")
            dialog.evaluate("one => one.close()")
        elif not opener.evaluate("one => document.activeElement === one"):
            wrong.append(f"{name}: does not give the keyboard back")
    return wrong


def is_page(person, path):
    """Whether an address answers a page to look at, rather than a file, a part or a refusal."""
    answer = person.context.request.get(person.url + path, max_redirects=0)
    kind = answer.headers.get("content-type", "")
    return answer.status == 200 and kind.startswith("text/html") and "<main" in answer.text()
