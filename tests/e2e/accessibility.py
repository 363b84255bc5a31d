"""What axe-core says of a page, and the pages of a station found by walking its addresses."""

from pathlib import Path

from shared_apps.accounts.roles import CAPABILITIES
from tests.isolation.needs import ANY_MEMBER, NEEDS, PUBLIC
from tests.isolation.routes import routes

AXE = (Path(__file__).parent / "assets" / "axe.min.js").read_text(encoding="utf-8")
ASK = """() => axe.run(document, {
    resultTypes: ["violations"],
    runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
})"""
SERIOUS = {"serious", "critical"}


def findings(person):
    """Return the serious and critical findings on the page a person looks at."""
    page = person.page
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE)
    return [
        f"{one['id']}: {node['html'][:160]} {node['target']} {node['failureSummary'][:200]}"
        for one in page.evaluate(ASK)["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"][:2]
    ]


def paths_for(roles):
    """Return the addresses below a station that these roles may open and that name no record."""
    capabilities = set().union(*(CAPABILITIES[role] for role in roles))
    found = []
    for route in routes("bangfu.urls.station"):
        needed = NEEDS.get(route.name, ("", ""))[0]
        is_open = needed in {PUBLIC, ANY_MEMBER} or needed in capabilities
        if is_open and "<" not in route.pattern and not route.is_api:
            found.append(route.pattern)
    return found


def is_page(person, path):
    """Whether an address answers a page to look at, rather than a file, a part or a refusal."""
    answer = person.context.request.get(person.url + path, max_redirects=0)
    kind = answer.headers.get("content-type", "")
    return answer.status == 200 and kind.startswith("text/html") and "<main" in answer.text()
