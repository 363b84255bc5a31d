"""What the templates ask of the scripts and the stylesheets by name is known to them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("platform", "shared_apps", "tenant_apps")
ATTRIBUTE = re.compile(r"\sdata-([a-z-]+)")
ROWS = re.compile(r'<td[^>]*>(?:{%[^%]*%})?<input type="checkbox" name="ids"')


def files(*patterns):
    return [
        path
        for source in SOURCES
        for pattern in patterns
        for path in sorted((ROOT / source).rglob(pattern))
        if "vendor" not in path.parts
    ]


def in_script(name):
    """Write an attribute as a script does: ``dataset.everyOf`` of ``data-every-of``, a text by its own name."""
    first, *rest = name.split("-")
    if first == "text":
        return f'text("{rest[0].title()}")'
    return "dataset." + first + "".join(word.title() for word in rest)


@pytest.fixture(scope="module")
def scripts():
    return "\n".join(path.read_text() for path in files("static/**/*.js", "static/**/*.css"))


def test_every_attribute_of_a_template_is_read_by_a_script(scripts):
    asked = {name for path in files("*.html") for name in ATTRIBUTE.findall(path.read_text())}
    assert {
        name
        for name in asked - {"label"}
        if f"[data-{name}" not in scripts and in_script(name) not in scripts
    } == set()


def test_a_list_whose_rows_are_ticked_can_be_ticked_whole():
    lists = [path for path in files("*.html") if ROWS.search(path.read_text())]
    assert len(lists) > 8
    assert [path.name for path in lists if "data-all" not in path.read_text()] == []
