"""What the kit page shows: every component once, with invented rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from bangfu.kernel import clock
from bangfu.ui import tables
from bangfu.ui.templatetags.ui import tag
from bangfu.ui.tones import tone_of


@dataclass(frozen=True, slots=True)
class Row:
    """One invented file."""

    pk: int
    number: str
    name: str
    id_no: str
    state: str
    amount_fen: int


STATES = ("returned", "approved", "notice", "submitted", "draft")
LABELS = {
    "returned": "已退回",
    "approved": "已通过",
    "notice": "公示中",
    "submitted": "待县级审批",
    "draft": "草稿",
}
NAMES = ("万健", "王秀华", "石平", "马伟", "高建军", "林小燕", "周国强", "赵敏")


class KitTable(tables.Table):
    """A list with every kind of column."""

    select = tables.SelectColumn()
    number = tables.Column(verbose_name="档案编号")
    name = tables.Column(verbose_name="姓名")
    id_no = tables.Column(verbose_name="身份证号", attrs={"td": {"class": "mono"}})
    amount_fen = tables.AmountColumn(verbose_name="申请金额（元）")
    state = tables.StatusColumn(verbose_name="状态")
    actions = tables.ActionsColumn(template_name="ui/kit_actions.html", verbose_name="操作")

    def render_state(self, value: str) -> str:
        return tag(LABELS[value], tone_of(value))


class SearchForm(forms.Form):
    """A search with five conditions, two of them folded."""

    name = forms.CharField(label="姓名 / 拼音首字母", required=False)
    least = forms.DecimalField(label="申请金额 ≥", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *LABELS.items()])
    since = forms.DateField(
        label="申请日期起", required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label="申请日期止", required=False, widget=forms.DateInput({"type": "date"})
    )


class KitForm(forms.Form):
    """A form with every kind of field."""

    name = forms.CharField(label="姓名", max_length=50)
    id_no = forms.CharField(
        label="身份证号",
        max_length=18,
        help_text="填写后自动带出出生日期、性别和年龄。",
        widget=forms.TextInput({"data-id-no": True}),
    )
    birthday = forms.DateField(
        label="出生日期", widget=forms.DateInput({"type": "date", "data-id-birthday": True})
    )
    sex = forms.ChoiceField(
        label="性别",
        choices=[("", "—"), ("male", "男"), ("female", "女")],
        widget=forms.Select({"data-id-sex": True}),
    )
    age = forms.IntegerField(
        label="年龄", required=False, widget=forms.NumberInput({"data-id-age": True})
    )
    income = forms.DecimalField(label="家庭月人均收入（元）", min_value=0)
    kind = forms.ChoiceField(
        label="困难类型",
        choices=[("deep", "深度困难"), ("relative", "相对困难"), ("sudden", "意外致困")],
        widget=forms.RadioSelect,
    )
    consent = forms.BooleanField(label="本人已签署信息核对授权书")
    causes = forms.MultipleChoiceField(
        label="致困原因",
        choices=[("ill", "疾病"), ("study", "子女上学"), ("jobless", "失业"), ("disaster", "灾害")],
        widget=forms.CheckboxSelectMultiple,
    )
    story = forms.CharField(label="困难情况说明", widget=forms.Textarea({"rows": 3}))
    papers = forms.FileField(
        label="证明材料",
        help_text="身份证、户口簿、收入证明等，单个文件不超过 10 MB。",
        widget=forms.FileInput({"accept": "image/*,.pdf"}),
    )


def rows() -> list[Row]:
    """Invent forty files."""
    return [
        Row(
            pk=at,
            number=f"KN2026{at:06d}",
            name=NAMES[at % len(NAMES)],
            id_no=f"1307**********{2000 + at * 7}",
            state=STATES[at % len(STATES)],
            amount_fen=360_000 + at * 154_050,
        )
        for at in range(1, 41)
    ]


def bars() -> dict[str, Any]:
    """Options of a bar chart."""
    return {
        "grid": {"left": 40, "right": 12, "top": 24, "bottom": 28},
        "tooltip": {"trigger": "axis"},
        "xAxis": {
            "type": "category",
            "data": ["城关镇", "南湖街道", "东溪乡", "西岭镇", "北塘镇", "白沙乡"],
        },
        "yAxis": {"type": "value"},
        "series": [
            {
                "name": "在档户数",
                "type": "bar",
                "barMaxWidth": 36,
                "label": {"show": True, "position": "top"},
                "data": [326, 284, 198, 176, 162, 140],
            }
        ],
    }


def pie() -> dict[str, Any]:
    """Options of a ring."""
    return {
        "tooltip": {"trigger": "item"},
        "legend": {"bottom": 0},
        "series": [
            {
                "name": "户数",
                "type": "pie",
                "radius": ["42%", "66%"],
                "center": ["50%", "44%"],
                "data": [
                    {"name": "深度困难", "value": 412},
                    {"name": "相对困难", "value": 596},
                    {"name": "意外致困", "value": 278},
                ],
            }
        ],
    }


def stages() -> list[dict[str, Any]]:
    """The way of a file, half done."""
    return [
        {"label": "基层提交", "state": "done", "note": "11-02"},
        {"label": "入户核查", "state": "done", "note": "11-05"},
        {"label": "县级审核", "state": "current", "note": "还剩 2 个工作日"},
        {"label": "公示", "state": "todo"},
        {"label": "建档", "state": "todo"},
    ]


def events(now: datetime) -> list[dict[str, Any]]:
    """Three rows of a timeline."""
    return [
        {
            "at": now,
            "who": "周国强（临江县总工会）",
            "what": "退回补正",
            "comment": "收入证明缺单位盖章，请补齐。",
            "tone": "bad",
        },
        {
            "at": now,
            "who": "王秀华（城关镇总工会）",
            "what": "同意上报",
            "comment": "情况属实。",
            "tone": "ok",
        },
        {"at": now, "who": "万健（华丰机械工会）", "what": "提交", "tone": "info"},
    ]


def sample() -> dict[str, Any]:
    """Everything the kit page draws."""
    return {"bars": bars(), "pie": pie(), "stages": stages(), "events": events(clock.now())}
