"""What the system did by itself carries a name that readers know, in their language; people keep theirs."""

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

from bangfu.kernel.actors import shown_name, system_name

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("kept", "chinese", "english"),
    [
        ("audit", "系统（审计校验）", "System (audit check)"),
        ("demo", "演示数据", "Demo data"),
        ("relay", "系统（站间收发）", "System (messages between stations)"),
        ("command line", "系统（命令行）", "System (command line)"),
        ("系统", "系统", "System"),
        ("桥东区职工服务中心 demo", "桥东区职工服务中心 演示数据", "桥东区职工服务中心 Demo data"),
    ],
)
def test_the_system_is_named_in_the_language_of_the_reader(kept, chinese, english):
    assert shown_name(kept) == chinese
    with override("en"):
        assert shown_name(kept) == english


@pytest.mark.parametrize("name", ["王经办", "Audit Wang", "demo先生", ""])
def test_people_keep_their_names(name):
    assert shown_name(name) == name
    assert system_name(name) == ""


def test_every_name_under_which_the_system_acts_is_known():
    said = {}
    for folder in ("platform", "shared_apps", "tenant_apps", "tasks", "tenants"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            for node in ast.walk(ast.parse(text)) if "Actor.system" in text else ():
                name = _named(node)
                if name is not None:
                    said[name] = path.name
    assert len(said) > 5
    assert {name: where for name, where in said.items() if not system_name(name)} == {}


def _named(node):
    """The name in ``Actor.system("…")``, where it stands there as text."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    first = node.args[0] if node.args else None
    is_system = node.func.attr == "system" and getattr(node.func.value, "id", "") == "Actor"
    return first.value if is_system and isinstance(first, ast.Constant) else None
