"""The tool that keeps the English complete."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = """{% load i18n %}
  {% translate "提交" %}
    {% blocktranslate with count=page.count %}共 {{ count }} 条{% endblocktranslate %}
  <p>{{ _("草稿") }}</p>{% if a %}{% endif %}
"""


@pytest.fixture
def i18n(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("i18n", ROOT / "infra/i18n.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "PO", tmp_path / "locale/en/django.po")
    monkeypatch.setattr(module, "MO", tmp_path / "locale/en/django.mo")
    (tmp_path / "tenants").mkdir()
    (tmp_path / "tenants/page.html").write_text(TEMPLATE)
    (tmp_path / "tenants/models.py").write_text(
        'from x import gettext_lazy as _\nNAME = _("姓名")\n'
    )
    return module


def translate(i18n, **english: str) -> None:
    i18n.main([])
    text = i18n.PO.read_text()
    for chinese, words in english.items():
        text = text.replace(f'msgid "{chinese}"\nmsgstr ""', f'msgid "{chinese}"\nmsgstr "{words}"')
    i18n.PO.write_text(text)
    i18n.main([])


def test_texts_of_templates_and_modules_are_collected(i18n):
    texts = {message.id for message in i18n.collected(i18n.source_files()) if message.id}
    assert texts == {"提交", "共 %(count)s 条", "草稿", "姓名"}


def test_a_text_without_english_fails_the_check_and_is_named(i18n, capsys):
    translate(i18n, 提交="Submit", 草稿="Draft")
    assert i18n.main(["--check"]) == 1
    assert "'姓名' (tenants/models.py) has no English" in capsys.readouterr().out


def test_complete_english_passes_the_check(i18n, capsys):
    translate(
        i18n, 提交="Submit", 草稿="Draft", 姓名="Name", **{"共 %(count)s 条": "%(count)s in all"}
    )
    assert i18n.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_lost_placeholder_fails_the_check(i18n, capsys):
    translate(i18n, 提交="Submit", 草稿="Draft", 姓名="Name", **{"共 %(count)s 条": "in all"})
    assert i18n.main(["--check"]) == 1
    assert "has other placeholders" in capsys.readouterr().out


def test_a_text_that_is_gone_fails_the_check_until_collected_again(i18n, capsys):
    translate(
        i18n, 提交="Submit", 草稿="Draft", 姓名="Name", **{"共 %(count)s 条": "%(count)s in all"}
    )
    (i18n.ROOT / "tenants/models.py").write_text("")
    assert i18n.main(["--check"]) == 1
    assert "'姓名' (tenants/models.py) stands in no file any more" in capsys.readouterr().out
    i18n.main([])
    assert i18n.main(["--check"]) == 0


def test_a_stale_compiled_catalogue_fails_the_check(i18n, capsys):
    translate(
        i18n, 提交="Submit", 草稿="Draft", 姓名="Name", **{"共 %(count)s 条": "%(count)s in all"}
    )
    i18n.MO.write_bytes(b"old")
    assert i18n.main(["--check"]) == 1
    assert "django.mo is not what django.po compiles to" in capsys.readouterr().out


def test_no_module_calls_gettext_by_a_name_that_is_not_collected(i18n):
    aliases = {
        alias
        for path in i18n.source_files()
        if path.suffix == ".py"
        for alias in re.findall(r"\bn?p?gettext\w* as (\w+)", path.read_text())
    }
    assert aliases <= set(i18n.KEYWORDS)
