"""How a break and the work on it are said in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import Text
from bangfu.ui.tones import Tone
from shared_apps.reconciliation.models import Break, BreakEvent, BreakKind, BreakState
from shared_apps.rollup.dashboard import name_of
from shared_apps.rollup.dimensions import label_of, title_of
from shared_apps.rollup.periods import Period
from shared_apps.rollup.registry import indicator

TONES: Mapping[str, Tone] = {
    BreakState.OPEN: "bad",
    BreakState.EXPLAINED: "wait",
    BreakState.HEALED: "ok",
    BreakState.CLOSED: "mute",
}
_SYSTEM: Text = gettext_lazy("系统")
_ACTIONS: Mapping[str, tuple[Text, Tone]] = {
    "found": (gettext_lazy("核对发现"), "bad"),
    "escalated": (gettext_lazy("超期，已告知上级"), "wait"),
    "explained": (gettext_lazy("说明"), "info"),
    "healed": (gettext_lazy("修复"), "ok"),
    "closed": (gettext_lazy("关闭"), "mute"),
    "gone": (gettext_lazy("复核一致，自动关闭"), "ok"),
}
_MEANINGS: Mapping[str, Text] = {
    BreakKind.FACTS_VS_FILES: gettext_lazy(
        "按本站点档案逐户重算的结果与汇总库里的数字不一致。修复会以档案为准更正数字，逐级生效。"
    ),
    BreakKind.MESSAGE_UNAPPLIED: gettext_lazy(
        "发送方记录显示消息已发出，但消息表中缺失，或收件站点没有办理结果。修复会按发送方记录重新发送，重复办理不会重复生效。"
    ),
    BreakKind.CHILDREN_VS_PARENT: gettext_lazy(
        "本级汇总数不等于本级与各下级站点之和。修复会按下级重新汇总。"
    ),
    BreakKind.AUDIT_CHAIN: gettext_lazy(
        "审计链从这一条起对不上，可能被改动。链本身就是证据，不能自动修复，请保护现场并上报。"
    ),
    BreakKind.SEALED_REPORT: gettext_lazy(
        "已上报的报表封存时的数字或户，与现在的档案、汇总库不一致。请查明谁改了什么：档案改错的改回，"
        "报表报错的申请更正；不能自动修复。"
    ),
}


@dataclass(frozen=True, slots=True)
class CellLine:
    """One cell of a number that differs."""

    label: str
    expected: int
    actual: int


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of the timeline."""

    at: datetime
    who: str
    what: Text
    comment: str
    tone: Tone


# What a stream of messages is about, by the first word of its name.
_STREAMS: dict[str, Text] = {
    "file": gettext_lazy("档案"),
    "import": gettext_lazy("导入"),
    "clock": gettext_lazy("期限"),
    "report": gettext_lazy("报表"),
}


def place_of(case: Break) -> str:
    """Say in one line where a break is."""
    if case.kind in {BreakKind.FACTS_VS_FILES, BreakKind.CHILDREN_VS_PARENT}:
        asked = indicator(case.detail["indicator"])
        return f"{asked.code} {name_of(asked)} · {Period.parse(case.detail['month']).label}"
    if case.kind == BreakKind.AUDIT_CHAIN:
        return _("第 %(seq)s 条审计记录") % {"seq": case.detail["seq"]}
    if case.kind == BreakKind.SEALED_REPORT:
        return str(case.detail["place"])
    if "message" in case.detail:
        return _("已送达的消息没有办理结果：%(kind)s") % {"kind": case.detail["kind"]}
    what, _colon, key = case.detail["stream"].partition(":")
    return _("%(what)s往来（…%(ending)s）的第 %(seq)s 条消息缺失") % {
        "what": _STREAMS.get(what, ""),
        "ending": key[-6:],
        "seq": case.detail["seq"],
    }


def meaning_of(case: Break) -> Text:
    """Say what such a break means, and what healing does."""
    return _MEANINGS[case.kind]


def cells_of(case: Break) -> list[CellLine]:
    """Return the cells that differ, in words."""
    return [
        CellLine(
            label=(
                _("%(dimension)s：%(value)s")
                % {
                    "dimension": title_of(cell["dimension"]),
                    "value": label_of(cell["dimension"], cell["key"]),
                }
                if cell["dimension"]
                else _("合计")
            ),
            expected=cell["expected"],
            actual=cell["actual"],
        )
        for cell in case.detail.get("cells", [])
    ]


def line_of(event: BreakEvent) -> EventLine:
    """Return an event as the timeline shows it."""
    what, tone = _ACTIONS[event.action]
    who = str(_SYSTEM) if event.by_name == "system" else event.by_name
    return EventLine(event.at, who, what, event.comment, tone)
