"""How a break and the work on it are said in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor, shown_name
from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import StationRef
from bangfu.ui.tones import Tone
from shared_apps.bankfiles.models import BreakType
from shared_apps.reconciliation.kinds import AUDITED
from shared_apps.reconciliation.models import Break, BreakEvent, BreakKind, BreakState
from shared_apps.reconciliation.words import BANK_MEANINGS, CASES, LEDGER_CHECKS, RETURN_FILE
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
    BreakKind.MONEY: gettext_lazy(
        "账簿与它支付的业务记录对不上：金额、状态或笔数不同。请按凭证和业务记录逐笔查明，"
        "记错的由两人用红字冲销更正，业务漏办的补办。"
    ),
    BreakKind.LEDGER: gettext_lazy(
        "账簿与记账规则对不上，可能有人绕过系统改动。请先停止记账，对照备份和审计链查明；"
        "记错的由两人用红字冲销更正，被改动的按备份恢复，不能自动修复。"
    ),
    BreakKind.GRANT: gettext_lazy(
        "批准的帮扶与当日的项目、上限或审批人数对不上。请对照当日的项目规定和会议记录查明："
        "超标的追回或报上级审批，重复批准的退回其中一笔，不能自动修复。"
    ),
    BreakKind.PAYOUT: gettext_lazy(
        "发放批次、明细与申请或账簿对不上。请先停止这批付款，对照银行回单和审计链逐笔查明；"
        "多付的追回，记错的由两人用红字冲销更正，不能自动修复。"
    ),
    BreakKind.TRANSFER: gettext_lazy(
        "同一笔拨款，拨付方和接收方的记录不同，或在途余额与未确认的拨款不同。消息在途的不算差异；"
        "请双方凭各自的银行回单核对，记错的一方由两人更正，不能自动修复。"
    ),
    BreakKind.GOODS: gettext_lazy(
        "物资的库存、流转或发放与规则对不上。请由两人实地盘点，对照出入库记录和审计链查明，"
        "用盘点或冲回更正，不能自动修复。"
    ),
    BreakKind.CARDS: gettext_lazy(
        "爱心卡余额、消费记录或合作单位结算对不上。请对照小票、合作单位对账单和审计链查明，"
        "由两人冲正或重新结算，不能自动修复。"
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
    return _PLACES.get(case.kind, _place_of_message)(case)


def _place_of_number(case: Break) -> str:
    asked = indicator(case.detail["indicator"])
    return f"{asked.code} {name_of(asked)} · {Period.parse(case.detail['month']).label}"


def _place_of_audit_row(case: Break) -> str:
    return _("第 %(seq)s 条审计记录") % {"seq": case.detail["seq"]}


def _place_of_report(case: Break) -> str:
    return str(case.detail["place"])


def _place_in_ledger(case: Break) -> str:
    return f"{LEDGER_CHECKS[case.detail['check']]} · {case.detail['record']}"


def _place_of_money(case: Break) -> str:
    known = case.detail["type"]
    said = str(CASES.get(known, known))
    if case.kind == BreakKind.BANK:
        label: Text = BreakType(known).label
        # Files of a statement and files of a batch are of the same type.
        if known == BreakType.B11 and said_by_the_file(case):
            label = _("回盘文件不完整")
        said = f"{known} {label}"
    return f"{said} · {case.detail['place']}"


def _place_of_message(case: Break) -> str:
    if "message" in case.detail:
        return _("已送达的消息没有办理结果：%(kind)s") % {"kind": case.detail["kind"]}
    what, _colon, key = case.detail["stream"].partition(":")
    return _("%(what)s往来（…%(ending)s）的第 %(seq)s 条消息缺失") % {
        "what": _STREAMS.get(what, ""),
        "ending": key[-6:],
        "seq": case.detail["seq"],
    }


_PLACES: Mapping[str, Callable[[Break], str]] = {
    BreakKind.FACTS_VS_FILES: _place_of_number,
    BreakKind.CHILDREN_VS_PARENT: _place_of_number,
    BreakKind.AUDIT_CHAIN: _place_of_audit_row,
    BreakKind.SEALED_REPORT: _place_of_report,
    **dict.fromkeys(AUDITED, _place_in_ledger),
    BreakKind.BANK: _place_of_money,
    BreakKind.MONEY: _place_of_money,
}


def meaning_of(case: Break) -> Text:
    """Say what such a break means, and what healing does."""
    if case.kind == BreakKind.BANK:
        return RETURN_FILE if said_by_the_file(case) else meaning_of_bank(case.detail["type"])
    return _MEANINGS[case.kind]


def said_by_the_file(case: Break) -> str:
    """Return why a return file of the bank was refused, as the clerk read it; empty of any other break."""
    return str(case.detail.get("said", ""))


def meaning_of_bank(break_type: str) -> Text:
    """Say what a type of break with the bank means, and by what it is closed."""
    return BANK_MEANINGS[break_type]


# What it takes to open a record, by the first part of its address.
_OPENED_WITH = {
    "aid": "aid.view",
    "banking": "fund.view",
    "benefits": "benefit.view",
    "goods": "goods.view",
    "ledger": "fund.view",
    "payouts": "payout.view",
    "sources": "fund.view",
}


def page_of_record(case: Break, *, here: StationRef | None, actor: Actor) -> str:
    """Return the page of the record a break is about, for those of its station who may open it, else nothing."""
    page = case.detail.get("page", "")
    if not page or here is None or here.id != case.station_id:
        return ""
    needed = _OPENED_WITH.get(page.partition("/")[0])
    return "" if needed is None or not actor.may(needed) else f"/s/{here.code}/{page}"


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
    who = shown_name(event.by_name)
    return EventLine(event.at, who, what, event.comment, tone)
