"""How a break and the work on it are said in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import StationRef
from bangfu.ui.tones import Tone
from shared_apps.bankfiles.models import BreakType
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
    BreakKind.MONEY: gettext_lazy(
        "账簿与它支付的业务记录对不上：金额、状态或笔数不同。请按凭证和业务记录逐笔查明，"
        "记错的由两人用红字冲销更正，业务漏办的补办。"
    ),
    BreakKind.LEDGER: gettext_lazy(
        "账簿与它自己的规则对不上，可能有人绕过系统改动。请先停止记账，对照备份和审计链查明；"
        "记错的由两人用红字冲销更正，被改动的按备份恢复，不能自动修复。"
    ),
}


# What each type of break with the bank means, and by what it is closed.
_BANK: Mapping[str, Text] = {
    "B1": gettext_lazy(
        "银行已经收款，账上没有这项应收，已记入 2101 待认领收款。查明来源后，在流水页“配对”或"
        "“入账”（收款认领，借 2101），由另一人复核。"
    ),
    "B2": gettext_lazy(
        "银行已经付款，账上没有这项应付，属重大差异。立即向银行查证付款指令；确属本单位支出的，在流水页"
        "“入账”（对账调整，贷 1001），不属于的追回，退回款到账后配对。"
    ),
    "B3": gettext_lazy(
        "账上已记或已发出指令，银行对账单上还没有，一般三个工作日内到账。导入下一期对账单后自动核对，不需要记账。"
    ),
    "B4": gettext_lazy(
        "超过三个工作日银行仍未入账。向银行查询；未成功的撤销原单据，或由两人红字冲销凭证后重新办理。"
    ),
    "B5": gettext_lazy(
        "参考号相同，金额不同。核对付款指令和银行回单：银行错的请银行更正，少付的补付，多付的追回；"
        "更正后配对，差额用“入账”（对账调整）。"
    ),
    "B6": gettext_lazy(
        "同一参考号银行入账两次。凭两张回单请银行冲回其中一笔，冲回款到账后两笔分别“入账”（对账调整）相抵。"
    ),
    "B7": gettext_lazy(
        "这张凭证与已由银行流水核对的一笔金额、方向、日期相同，可能重复记账，属重大差异。核实后由两人红字冲销。"
    ),
    "B8": gettext_lazy(
        "款项进出的资金与约定不同。按拨款文件或批次确定应属的资金：配对后由财务在资金间划转（2901），或退回重汇。"
    ),
    "B9": gettext_lazy(
        "收付款户名与登记不符，或款项被退回。核对户名和账号：退回的转入 1301 退回款项后重新审批发放，"
        "户名有误的请银行更正。"
    ),
    "B10": gettext_lazy(
        "银行已经办理，而系统里这项已撤销、作废或不允许入账，属重大差异。先停止同批付款，查明后配对、"
        "追回或“入账”（对账调整）。"
    ),
    "B11": gettext_lazy(
        "对账单文件不完整或不能核对，已整份退回，没有导入任何一行。按页面所列的行和办法重新下载后再上传，不需要记账。"
    ),
    "B12": gettext_lazy(
        "上级通知已拨付，超过三个工作日本级银行未收到。请上级凭回单查询；到账后自动配对（借 1001，贷 4002）。"
    ),
    "B13": gettext_lazy(
        "收到上级或下级站点的款，没有拨款通知，已记入 2101。请对方补发通知后配对，或查明后“入账”（收款认领）。"
    ),
    "B14": gettext_lazy(
        "有不止一项待收待付与这笔流水相符，系统不猜测。核对回单后人工“配对”，由另一人复核。"
    ),
    "B15": gettext_lazy(
        "期间不衔接：对账单期初与上期期末不符，或流水落在已结账月份，或调节后仍有差额。补齐中间期间的对账单；"
        "属已结账月份的，由负责人重新开账，或以本月日期“入账”（对账调整）。"
    ),
}

_LEDGER: Mapping[str, Text] = {
    "journal-does-not-balance": gettext_lazy("凭证借贷不平"),
    "journal-lacks-legs": gettext_lazy("凭证缺少分录"),
    "entry-of-no-journal": gettext_lazy("分录没有凭证"),
    "entry-of-no-account": gettext_lazy("分录没有科目"),
    "entry-in-account-of-another-year": gettext_lazy("分录记入其他年度"),
    "entry-moves-nothing": gettext_lazy("分录金额为零"),
    "balance-other-than-entries": gettext_lazy("余额不等于分录之和"),
    "account-below-floor": gettext_lazy("科目透支"),
    "floor-other-than-chart": gettext_lazy("科目下限被改动"),
    "account-not-in-chart": gettext_lazy("科目不在科目表内"),
    "numbers-with-a-gap": gettext_lazy("凭证断号或重号"),
    "year-counts-otherwise": gettext_lazy("年度末号与凭证不符"),
    "journal-in-no-year": gettext_lazy("凭证日期不在本年度"),
    "year-lacks-months": gettext_lazy("年度缺少月份"),
    "month-open-in-closed-year": gettext_lazy("已结年度有未结月份"),
    "posted-after-closing": gettext_lazy("结账后记账"),
    "maker-is-checker": gettext_lazy("制单与复核为同一人"),
    "event-posted-twice": gettext_lazy("同一事项重复记账"),
    "reversed-twice": gettext_lazy("凭证重复冲销"),
    "reversal-other-than-mirror": gettext_lazy("冲销凭证与原凭证不符"),
    "reversal-of-a-reversal": gettext_lazy("冲销了冲销凭证"),
    "opening-other-than-closing": gettext_lazy("年初余额不等于上年年末"),
    "outside-purpose": gettext_lazy("专款用于其他项目"),
    "posting-not-audited": gettext_lazy("凭证没有审计记录"),
    "audited-posting-gone": gettext_lazy("有审计记录的凭证不见了"),
    "chain-out-of-order": gettext_lazy("凭证链断裂"),
    "journal-changed": gettext_lazy("凭证内容被改动"),
    "year-ends-otherwise": gettext_lazy("年度末尾与凭证链不符"),
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
    return f"{_LEDGER[case.detail['check']]} · {case.detail['record']}"


def _place_of_money(case: Break) -> str:
    known = case.detail["type"]
    said = f"{known} {BreakType(known).label}" if case.kind == BreakKind.BANK else str(known)
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
    BreakKind.LEDGER: _place_in_ledger,
    BreakKind.BANK: _place_of_money,
    BreakKind.MONEY: _place_of_money,
}


def meaning_of(case: Break) -> Text:
    """Say what such a break means, and what healing does."""
    if case.kind == BreakKind.BANK:
        return meaning_of_bank(case.detail["type"])
    return _MEANINGS[case.kind]


def meaning_of_bank(break_type: str) -> Text:
    """Say what a type of break with the bank means, and by what it is closed."""
    return _BANK[break_type]


def page_of_record(case: Break, *, here: StationRef | None) -> str:
    """Return the page of the record a break is about, for people of its own station; empty for others."""
    page = case.detail.get("page", "")
    if not page or here is None or here.id != case.station_id:
        return ""
    return f"/s/{here.code}/{page}"


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
