"""What somebody typed stays a text in every workbook: nothing of it becomes a formula or a link."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_workbook_is_opened_with_the_options_of_all():
    writers = {
        str(path.relative_to(ROOT)): text
        for folder in ("shared_apps", "tenant_apps", "tasks")
        for path in (ROOT / folder).rglob("*.py")
        if "xlsxwriter.Workbook(" in (text := path.read_text("utf-8"))
    }
    assert len(writers) > 5
    for name, text in writers.items():
        opened = text.count("xlsxwriter.Workbook(")
        told = text.count("TEXTS_STAY_TEXTS") - text.count("import TEXTS_STAY_TEXTS")
        assert (name, told, text.count('"in_memory"')) == (name, opened, 0)
