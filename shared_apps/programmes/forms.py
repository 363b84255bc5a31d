"""The form in which a version of a programme is laid down."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangfu.ui.forms import TakesProblems
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.programmes.models import Programme
from shared_apps.programmes.terms import read_terms
from shared_apps.programmes.wording import CYCLE_WORDS, UNIT_WORDS, percent_of

_DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
_AMOUNTS = ("per_time", "per_year", "total", "urgent_limit", "meeting_above")
_LIMITS = (("2", "limit_county"), ("3", "limit_township"), ("4", "limit_enterprise"))
_SHARES = (("1", "share_deep"), ("2", "share_relative"), ("3", "share_sudden"))
_SEVERAL = (
    ("tiers", "tier"),
    ("levels", "file_level"),
    ("groups", "group"),
    ("outside", "warmth_group"),
    ("stages", "aid_stage"),
    ("one_kind_tiers", "tier"),
    ("papers", "paper"),
)


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, max_digits=12, decimal_places=2, min_value=Decimal(0)
    )


def _several(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple
    )


class ProgrammeForm(TakesProblems):
    """Everything a version says. What it leaves empty does not bind."""

    key = forms.SlugField(label=_("代码"), max_length=40)
    name = forms.CharField(label=_("项目名称"), max_length=60)
    english = forms.CharField(label=_("英文名称"), required=False, max_length=80)
    aid = forms.ChoiceField(label=_("帮扶项目类别"))
    cycle = forms.ChoiceField(label=_("周期"))
    unit = forms.ChoiceField(label=_("计算单位"))
    sub_programme = forms.ChoiceField(label=_("助学类别"), required=False)
    tiers = _several(_("困难类别"))
    levels = _several(_("档案级别"))
    groups = _several(_("只面向的特殊群体"))
    outside = _several(_("档外慰问对象"))
    stages = _several(_("就读阶段"))
    window_from = forms.CharField(label=_("申请开始（月-日）"), required=False, max_length=5)
    window_to = forms.CharField(label=_("申请截止（月-日）"), required=False, max_length=5)
    standards = forms.CharField(
        label=_("标准金额"),
        required=False,
        help_text=_("每行一条：档案级别,困难类别,就读阶段,金额（元）；不限的留空，如 1,,,6300"),
        widget=forms.Textarea({"rows": 4}),
    )
    per_time = _amount(_("每次上限（元）"))
    per_year = _amount(_("每年上限（元）"))
    year_cap_is_shared = forms.BooleanField(label=_("每年上限按同类项目合计"), required=False)
    total = _amount(_("累计上限（元）"))
    times_per_year = forms.IntegerField(
        label=_("每年次数"), required=False, min_value=1, max_value=366
    )
    living_months = forms.BooleanField(label=_("按规定月数的低保标准封顶"), required=False)
    line_floor = forms.BooleanField(label=_("不低于低保标准"), required=False)
    share_deep = _amount(_("深度困难自付比例（%）"))
    share_relative = _amount(_("相对困难自付比例（%）"))
    share_sudden = _amount(_("意外致困自付比例（%）"))
    stage_caps = forms.CharField(
        label=_("按就读阶段的每年上限"),
        required=False,
        help_text=_("每行一条：就读阶段,金额（元），如 本科,10000"),
        widget=forms.Textarea({"rows": 4}),
    )
    loss_caps = forms.CharField(
        label=_("按意外损失类别的每次上限"),
        required=False,
        help_text=_(
            "每行一条：损失类别,金额（元），如 火灾,8000；还不能超过损失的一定比例时再加百分数，"
            "如 火灾,8000,50；填写后，未列出的类别不予帮扶"
        ),
        widget=forms.Textarea({"rows": 6}),
    )
    one_kind_tiers = _several(_("每年只享受一类帮扶的困难类别"))
    urgent_limit = _amount(_("急救先行限额（元）"))
    meeting_above = _amount(_("超过多少须经会议（元）"))
    limit_county = _amount(_("县级自批限额（元）"))
    limit_township = _amount(_("乡镇级自批限额（元）"))
    limit_enterprise = _amount(_("企业级自批限额（元）"))
    papers = _several(_("须有材料"))
    valid_from = forms.DateField(label=_("生效日期"), widget=_DAY)
    valid_to = forms.DateField(label=_("失效日期"), required=False, widget=_DAY)
    source = forms.CharField(label=_("依据文件"), max_length=200)
    document_no = forms.CharField(label=_("文号"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("aid", CODE_LISTS["aid"].choices())
        self._choose("cycle", list(CYCLE_WORDS.items()))
        self._choose("unit", list(UNIT_WORDS.items()))
        self._choose("sub_programme", CODE_LISTS["sub_programme"].choices(blank="—"))
        for name, code_list in _SEVERAL:
            choices = CODE_LISTS[code_list].choices()
            if code_list == "tier":
                choices = [one for one in choices if len(one[0]) == 1]
            self._choose(name, choices)

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_standards(self) -> list[dict[str, Any]]:
        """Read the lines of the standard table."""
        rows = []
        for parts in self._lines("standards", 4):
            level, tier, stage = (
                self._code(code_list, text)
                for code_list, text in zip(
                    ("file_level", "tier", "aid_stage"), parts[:3], strict=True
                )
            )
            row = {"level": level, "tier": tier, "stage": stage, "amount_fen": _fen(parts[3])}
            rows.append({name: value for name, value in row.items() if value})
        return rows

    def clean_stage_caps(self) -> dict[str, int]:
        """Read the lines of caps by stage."""
        return {
            self._code("aid_stage", stage): _fen(amount)
            for stage, amount in self._lines("stage_caps", 2)
        }

    def clean_loss_caps(self) -> dict[str, tuple[int, str]]:
        """Read the lines of caps by kind of sudden loss: fen, and the share of what was lost or an empty text."""
        caps = {}
        for loss, *most in self._lines("loss_caps", 2, 3):
            if len(most) == 2 and not 0 < Decimal(most[1]) <= 100:
                raise forms.ValidationError(
                    _("“%(loss)s”的比例应大于 0、不超过 100。"), params={"loss": loss[:20]}
                )
            share = f"{(Decimal(most[1]) / 100).normalize():f}" if len(most) == 2 else ""
            caps[self._code("loss_kind", loss)] = (_fen(most[0]), share)
        return caps

    def terms(self) -> dict[str, Any]:
        """Return the terms as a row keeps them: only what was said."""
        given = self.cleaned_data
        terms: dict[str, Any] = {
            name: given[name]
            for name in (
                *(name for name, _list in _SEVERAL),
                "sub_programme",
                "standards",
                "year_cap_is_shared",
                "times_per_year",
                "living_months",
                "line_floor",
            )
            if given[name]
        }
        terms |= {"cycle": given["cycle"], "unit": given["unit"]}
        for name in _AMOUNTS:
            if given[name] is not None:
                terms[f"{name}_fen"] = int(given[name] * 100)
        if given["window_from"] or given["window_to"]:
            terms["window"] = [given["window_from"], given["window_to"]]
        if given["stage_caps"]:
            terms["stage_caps_fen"] = given["stage_caps"]
        if given["loss_caps"]:
            terms["loss_caps_fen"] = {
                loss: fen for loss, (fen, _share) in given["loss_caps"].items()
            }
            loss_shares = {
                loss: share for loss, (_most, share) in given["loss_caps"].items() if share
            }
            if loss_shares:
                terms["loss_shares"] = loss_shares
        limits = {level: given[name] for level, name in _LIMITS if given[name] is not None}
        if limits:
            terms["own_limits_fen"] = {level: int(most * 100) for level, most in limits.items()}
        shares = {tier: given[name] for tier, name in _SHARES if given[name]}
        if shares:
            terms["self_paid_share"] = {
                tier: f"{(share / 100).normalize():f}" for tier, share in shares.items()
            }
        return terms

    def field_of(self, field: str) -> str:
        """Amounts are entered in yuan; what takes several fields is told beside the first."""
        name = field.removesuffix("_fen")
        name = {"window": "window_from", "own_limits": "limit_county"}.get(name, name)
        return {"self_paid_share": "share_deep", "loss_shares": "loss_caps"}.get(name, name)

    def _lines(self, name: str, *counts: int) -> list[list[str]]:
        rows = []
        for line in self.cleaned_data[name].replace("，", ",").splitlines():
            if not line.strip():
                continue
            parts = [part.strip() for part in line.split(",")]
            if len(parts) not in counts or not all(map(_is_amount, parts[min(counts) - 1 :])):
                raise forms.ValidationError(_("“%(line)s”不合格式。"), params={"line": line[:60]})
            rows.append(parts)
        return rows

    @staticmethod
    def _code(code_list: str, text: str) -> str:
        if not text:
            return ""
        code = CODE_LISTS[code_list].find(text)
        if code is None:
            raise forms.ValidationError(_("没有“%(text)s”。"), params={"text": text[:20]})
        return code.value


def initial_of(row: Programme) -> dict[str, Any]:
    """Return what the form begins with: the version in force."""
    terms = read_terms(row.terms)
    said: dict[str, Any] = {name: list(getattr(terms, name)) for name, _list in _SEVERAL}
    said |= {
        name: getattr(terms, name)
        for name in (
            "cycle", "unit", "sub_programme", "year_cap_is_shared", "times_per_year",
            "living_months", "line_floor",
        )
    }  # fmt: skip
    said |= {name: _yuan(getattr(terms, f"{name}_fen")) for name in _AMOUNTS}
    said |= {name: _yuan(terms.own_limits_fen.get(level)) for level, name in _LIMITS}
    said |= {
        name: Decimal(terms.self_paid_share[tier]) * 100 if tier in terms.self_paid_share else None
        for tier, name in _SHARES
    }
    said["standards"] = "\n".join(
        f"{one.level},{one.tier},{one.stage},{_yuan(one.amount_fen)}" for one in terms.standards
    )
    said["stage_caps"] = "\n".join(
        f"{CODE_LISTS['aid_stage'].label(stage)},{_yuan(most)}"
        for stage, most in terms.stage_caps_fen.items()
    )
    said["loss_caps"] = "\n".join(
        f"{CODE_LISTS['loss_kind'].label(loss)},{_yuan(most)}"
        + (f",{percent_of(terms.loss_shares[loss])}" if loss in terms.loss_shares else "")
        for loss, most in terms.loss_caps_fen.items()
    )
    if terms.window:
        said["window_from"], said["window_to"] = terms.window
    return said | {
        "key": row.key,
        "name": row.name,
        "english": row.english,
        "aid": row.aid,
        "source": row.source,
        "document_no": row.document_no,
    }


def _is_amount(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal() and len(text) < 14


def _fen(text: str) -> int:
    return int(Decimal(text) * 100)


def _yuan(amount_fen: int | None) -> str | None:
    return None if amount_fen is None else f"{amount_fen / 100:.2f}"
