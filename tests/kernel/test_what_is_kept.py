"""What is written into books and timelines is in the source language, whoever writes it."""

import ast
from pathlib import Path

from django.utils.translation import gettext_lazy, override

from bangfu.kernel.text import kept

ROOT = Path(__file__).resolve().parents[2]
KEPT = {"memo", "comment"}


def translated_as_written(path):
    """The lines of a file where a memo or a remark is kept in the language of whoever acts."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.keyword) or node.arg not in KEPT:
            continue
        value = node.value.left if isinstance(node.value, ast.BinOp) else node.value
        if isinstance(value, ast.Call) and getattr(value.func, "id", "") in {"_", "gettext"}:
            yield f"{path.relative_to(ROOT)}:{node.value.lineno}"


def test_no_memo_and_no_remark_is_kept_in_the_language_of_whoever_acts():
    files = [
        path
        for folder in ("shared_apps", "tenant_apps")
        for path in (ROOT / folder).rglob("*.py")
        if "services" in path.parts or path.name in {"services.py", "refunds.py"}
    ]
    assert len(files) > 150
    assert [line for path in files for line in translated_as_written(path)] == []


def test_a_text_is_kept_in_the_source_language():
    with override("en"):
        assert kept(gettext_lazy("退回补正")) == "退回补正"
