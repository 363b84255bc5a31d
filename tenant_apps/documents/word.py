"""Word documents: the shipped templates, what an uploaded one may hold, and filling one in.

A template is a program to docxtpl. An uploaded one may only name the fields of its kind, repeat over
its lists and ask whether a field is empty; it is filled in a sandbox besides. The container is looked
at before anything in it is parsed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import docx
import jinja2
from django.utils.translation import gettext as _
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from shared_apps.printing.models import WordKind
from tenant_apps.documents.errors import TemplateRefused

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""The type of content of a Word document."""
LARGEST = 1024 * 1024
_MOST_PARTS = 200
_MOST_UNPACKED = 16 * LARGEST
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, NotImplementedError)
_FORBIDDEN_PARTS = re.compile(
    r"vbaproject|vbadata|/embeddings/|/activex/|/controls/|attachedtoolbars|\.bin$", re.IGNORECASE
)
_TEMPLATED = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For,
    nodes.If, nodes.Not, nodes.And, nodes.Or, nodes.Const,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WordForm:
    """What a kind of document offers: fields by name, and lists with the fields of a row.

    In the shipped template the fields ``below`` stand below the lists, and ``closing`` below those.
    """

    title: str
    fields: Mapping[str, str]
    lists: Mapping[str, Mapping[str, str]]
    below: frozenset[str] = frozenset()
    closing: str = ""


FORMS: Mapping[str, WordForm] = {
    WordKind.NOTICE: WordForm(
        title="{{ title }}",
        fields={
            "title": "标题", "station": "帮扶中心", "text": "公示正文", "objection": "异议说明",
            "name": "姓名（脱敏）", "number": "证件号码（脱敏）", "home": "建档站点",
            "tier": "困难类别", "reason": "公示理由", "day": "发布日期",
        },
        lists={},
    ),
    WordKind.AUTHORISATION: WordForm(
        title="家庭经济状况核对授权委托书",
        fields={
            "station": "受托的帮扶中心", "purpose": "授权事项", "limits": "用途和期限",
            "promise": "承诺", "name": "户主姓名",
        },
        lists={"people": {"name": "姓名", "relation": "关系", "number": "证件号码"}},
    ),
    WordKind.MINUTES: WordForm(
        title="{{ title }}",
        fields={
            "title": "标题", "station": "单位", "day": "会议日期", "place": "地点",
            "attendees": "参加人员", "text": "会议纪要",
        },
        lists={"decisions": {"name": "姓名", "number": "档案编号", "home": "建档站点", "decision": "意见"}},
    ),
    WordKind.AID_MINUTES: WordForm(
        title="{{ title }}",
        fields={
            "title": "标题", "station": "单位", "meeting": "会议", "day": "召开日期",
            "number": "纪要编号", "members": "参会人员", "subject": "议题", "noted_by": "记录人",
            "count": "件数", "total": "合计（元）", "capitals": "合计大写",
        },
        lists={
            "decisions": {
                "place": "序号", "number": "申请号", "name": "帮扶对象", "programme": "帮扶项目",
                "amount": "金额（元）", "decision": "会议决定",
            }
        },
        below=frozenset({"count", "total", "capitals"}),
        closing="主持人：　　　　　　　　记录人：{{ noted_by }}　　　　　　　　经审人员：",
    ),
}  # fmt: skip


def shipped_template(kind: WordKind) -> bytes:
    """Draw the template of a kind that every station has until it brings its own."""
    form = FORMS[kind]
    paper = docx.Document()
    normal = paper.styles["Normal"]
    normal.font.name = "FangSong"
    normal.font.size = Pt(15)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    title = paper.add_paragraph(form.title)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.runs[0].font.size = Pt(20)
    for name, label in form.fields.items():
        if name in {"title", "station", "day"} | form.below:
            continue
        long = name in {"text", "objection", "purpose", "limits", "promise", "reason"}
        words = f"{{{{ {name} }}}}"
        paragraph = paper.add_paragraph(words if long else f"{label}：{words}")
        if long:
            paragraph.paragraph_format.first_line_indent = Pt(30)
    for name, columns in form.lists.items():
        _draw_list(paper, name, columns)
    for name in form.fields:
        if name in form.below:
            paper.add_paragraph(f"{form.fields[name]}：{{{{ {name} }}}}")
    if form.closing:
        paper.add_paragraph(form.closing)
    for words in (
        "{{ station }}（盖章）",
        "{{ day }}" if "day" in form.fields else "年　　月　　日",
    ):
        paper.add_paragraph(words).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()


def fill(template: bytes, values: Mapping[str, Any]) -> bytes:
    """Fill a template in. Values are text to Word, whatever stands in them.

    Raises:
        TemplateRefused: the template cannot be filled in.
    """
    try:
        paper = DocxTemplate(io.BytesIO(template))
        paper.render(dict(values), jinja_env=_sandbox(), autoescape=True)
        written = io.BytesIO()
        paper.save(written)
    except (jinja2.TemplateError, *_BROKEN) as error:
        raise TemplateRefused(why=_("模板无法填写，请下载出厂模板重新修改。")) from error
    return written.getvalue()


def check_template(data: bytes, kind: WordKind) -> None:
    """Look at an uploaded template before it is kept.

    Raises:
        TemplateRefused: too large, no Word document, macros or foreign parts in it, or it names
            something its kind does not offer.
    """
    if not 0 < len(data) <= LARGEST:
        raise TemplateRefused(why=_("文件为空或超过 1 MB。"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            texts = _checked_parts(archive)
        paper = DocxTemplate(io.BytesIO(data))
        paper.init_docx()
        sources = [paper.patch_xml(text) for text in texts]
        trees = [_sandbox().parse(source) for source in sources]
    except _BROKEN as error:
        raise TemplateRefused(why=_("不是可以打开的 Word 文档（.docx）。")) from error
    except jinja2.TemplateError as error:
        raise TemplateRefused(
            why=_("占位符写法有误：%(what)s") % {"what": str(error)[:80]}
        ) from error
    for tree in trees:
        _check_names(tree, FORMS[kind])


def _checked_parts(archive: zipfile.ZipFile) -> list[str]:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_PARTS or unpacked > _MOST_UNPACKED or len(names) != len(entries):
        raise TemplateRefused(why=_("文档过于复杂。"))
    if "word/document.xml" not in names:
        raise TemplateRefused(why=_("不是可以打开的 Word 文档（.docx）。"))
    if any(_FORBIDDEN_PARTS.search(name) for name in names):
        raise TemplateRefused(why=_("文档含有宏、控件或嵌入对象。"))
    texts = []
    for name in names:
        if not name.endswith((".xml", ".rels")):
            continue
        text = archive.read(name).decode("utf-8")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise TemplateRefused(why=_("文档含有不允许的声明。"))
        if "macroEnabled" in text:
            raise TemplateRefused(why=_("文档含有宏、控件或嵌入对象。"))
        if name.endswith(".rels") and re.search(r"TargetMode\s*=\s*[\"']External", text):
            raise TemplateRefused(why=_("文档引用了外部内容，请去掉链接和外部图片。"))
        if _TEMPLATED.fullmatch(name):
            texts.append(text)
    return texts


def _check_names(tree: nodes.Template, form: WordForm) -> None:
    rows = {
        loop.target.name: form.lists.get(loop.iter.name, {})
        for loop in tree.find_all(nodes.For)
        if isinstance(loop.target, nodes.Name) and isinstance(loop.iter, nodes.Name)
    }
    for node in _all_nodes(tree):
        if not isinstance(node, _ALLOWED_NODES):
            raise TemplateRefused(why=_("占位符只能写字段名，不能写计算或函数。"))
        if isinstance(node, nodes.Name):
            _check_known(node.name, {*form.fields, *form.lists, *rows, "loop"})
        if isinstance(node, nodes.Getattr):
            known = rows.get(node.node.name) if isinstance(node.node, nodes.Name) else None
            _check_known(node.attr, set(known or {"index"}))


def _check_known(name: str, known: set[str]) -> None:
    if name not in known:
        raise TemplateRefused(why=_("没有名为 %(name)s 的字段。") % {"name": name[:40]})


def _all_nodes(tree: nodes.Node) -> list[nodes.Node]:
    found: list[nodes.Node] = [tree]
    for child in tree.iter_child_nodes():
        found += _all_nodes(child)
    return found


def _draw_list(paper: Any, name: str, columns: Mapping[str, str]) -> None:
    table = paper.add_table(rows=4, cols=len(columns), style="Table Grid")
    _set_row(table.rows[0], list(columns.values()))
    _set_row(table.rows[1], [f"{{%tr for row in {name} %}}"])
    _set_row(table.rows[2], [f"{{{{ row.{column} }}}}" for column in columns])
    _set_row(table.rows[3], ["{%tr endfor %}"])


def _set_row(row: Any, texts: Sequence[str]) -> None:
    for cell, text in zip(row.cells, texts, strict=False):
        cell.text = text
        cell.paragraphs[0].runs[0].font.size = Pt(10.5)


def _sandbox() -> jinja2.Environment:
    return SandboxedEnvironment(autoescape=True)
