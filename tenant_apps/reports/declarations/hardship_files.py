"""Form 2, 困难职工档案统计表: who is on file, what the period changed, how well the files are kept.

Source: domain §4.4 form 2, §4.1 FIL-01 to FIL-12.
"""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.reports.declarations.declaring import (
    At,
    CarriedOver,
    Column,
    Draw,
    Form,
    Keys,
    Row,
    Rule,
)

HOUSEHOLDS, PERSONS = "FIL-01", "FIL-02"
OPENED, OUT, SECURED, CANCELLED = "FIL-03", "FIL-04", "FIL-05", "FIL-06"
NONE = "none"
KINDS: tuple[tuple[str, Text, tuple[tuple[str, Keys], ...]], ...] = (
    ("all", _("合计"), ()),
    ("urban", _("城镇"), (("file_kind", "urban"),)),
    ("migrant", _("农民工"), (("file_kind", "migrant"),)),
)
_TIERS = ("1", "2", "3")
_LEVELS = tuple(code.value for code in CODE_LISTS["file_level"])
_CAUSES = tuple(code.value for code in CODE_LISTS["cause"] if code.on_form and code.value != "99")


def _rest(name: str, *known: str) -> tuple[str, ...]:
    codes = (code.value for code in CODE_LISTS[name])
    return (*(code for code in codes if code not in known), NONE)


def _households(
    at: At, indicator: str = HOUSEHOLDS, *more: tuple[str, Keys]
) -> dict[str, Draw | None]:
    """The three columns of households: all, urban, migrant."""
    return {
        f"households_{kind}": Draw(
            indicator,
            at,
            (*dims, *more),
            profile=HOUSEHOLDS if indicator != HOUSEHOLDS and dims else "",
        )
        for kind, _title, dims in KINDS
    }


def _moved(at: At) -> dict[str, Draw | None]:
    return {
        f"households_{kind}": Draw(
            HOUSEHOLDS,
            at,
            dims,
            profile=HOUSEHOLDS,
            opened=(OPENED,),
            left=(OUT, SECURED, CANCELLED),
        )
        for kind, _title, dims in KINDS
    }


def _standing(*more: tuple[str, Keys]) -> dict[str, Draw | None]:
    """Households and persons on file at the end of the period."""
    persons = {
        f"persons_{kind}": Draw(PERSONS, "closing", (*dims, *more)) for kind, _title, dims in KINDS
    }
    return {**_households("closing", HOUSEHOLDS, *more), **persons}


def _parts(prefix: str, dimension: str, keys: tuple[str, ...], rest: Text) -> tuple[Row, ...]:
    """One line for each value of a dimension, and one for the others and those not filled in."""
    codes = CODE_LISTS[dimension]
    lines = (
        Row(
            code=f"{prefix}_{key}",
            title=lazy(codes.label, str)(key),
            draws=_standing((dimension, key)),
            indent=1,
        )
        for key in keys
    )
    others = Row(
        code=f"{prefix}_rest",
        title=rest,
        draws=_standing((dimension, _rest(dimension, *keys))),
        indent=1,
    )
    return (*lines, others)


_TIER_ROWS = _parts("tier", "tier", _TIERS, _("其他标准或未认定"))
_CAUSE_ROWS = _parts("cause", "cause", _CAUSES, _("其他原因或未填写"))
_LEVEL_ROWS = _parts("level", "file_level", _LEVELS, _("未定级别"))
_COLUMNS = (
    *(Column(code=f"households_{kind}", title=title, group=_("户数")) for kind, title, _d in KINDS),
    *(Column(code=f"persons_{kind}", title=title, group=_("人数")) for kind, title, _d in KINDS),
)


def _sum_rules(name: str, title: Text, rows: tuple[Row, ...]) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            code=f"{name}_{column.code}",
            title=title,
            plus=tuple(f"{row.code}.{column.code}" for row in rows),
            equals=f"closing.{column.code}",
        )
        for column in _COLUMNS
    )


def _kind_rules() -> tuple[Rule, ...]:
    return tuple(
        Rule(
            code=f"kinds_{what}",
            title=_("城镇 + 农民工 = 合计"),
            plus=(f"closing.{what}_urban", f"closing.{what}_migrant"),
            equals=f"closing.{what}_all",
            may_be_explained=True,
        )
        for what in ("households", "persons")
    )


_QUALITY: tuple[tuple[str, Text, str, At], ...] = (
    ("rechecked", _("本期完成复核"), "FIL-10.N", "period"),
    ("five_clear", _("五清完整"), "FIL-09.N", "closing"),
    ("means_checked", _("完成家庭经济状况核对"), "FIL-08.N", "closing"),
    ("stamped", _("三级建档盖章齐全"), "FIL-11.N", "closing"),
)

FORM = Form(
    code="hardship_files",
    number=2,
    title=_("困难职工档案统计表"),
    english="Statistics of household files",
    columns=_COLUMNS,
    rows=(
        Row(code="head_change", title=_("一、本期变动")),
        Row(code="opening", title=_("期初在档"), draws=_households("opening")),
        Row(code="opened", title=_("本期新建档"), draws=_households("period", OPENED)),
        Row(code="out", title=_("本期脱困"), draws=_households("period", OUT)),
        Row(code="secured", title=_("本期解困兜底"), draws=_households("period", SECURED)),
        Row(code="cancelled", title=_("本期注销"), draws=_households("period", CANCELLED)),
        Row(code="moved_in", title=_("本期迁入"), draws=_moved("moved_in")),
        Row(code="moved_out", title=_("本期迁出"), draws=_moved("moved_out")),
        Row(code="head_stock", title=_("二、期末在档")),
        Row(code="closing", title=_("期末在档合计"), draws=_standing()),
        Row(code="head_tier", title=_("按困难类别")),
        *_TIER_ROWS,
        Row(code="head_cause", title=_("按主要致困原因")),
        *_CAUSE_ROWS,
        Row(code="head_level", title=_("按档案级别")),
        *_LEVEL_ROWS,
        Row(code="head_quality", title=_("三、档案质量")),
        *(
            Row(
                code=code,
                title=title,
                draws=_households(at, indicator),
            )
            for code, title, indicator, at in _QUALITY
        ),
        Row(
            code="unchanged",
            title=_("超一年未变更"),
            draws={"households_all": Draw("FIL-12", "closing", (("kind", "unchanged"),))},
        ),
    ),
    rules=(
        Rule(
            code="movement",
            title=_("期初 + 新建 + 迁入 − 脱困 − 解困 − 注销 − 迁出 = 期末"),
            plus=(
                "opening.households_all",
                "opened.households_all",
                "moved_in.households_all",
            ),
            minus=(
                "out.households_all",
                "secured.households_all",
                "cancelled.households_all",
                "moved_out.households_all",
            ),
            equals="closing.households_all",
        ),
        *_sum_rules("tiers", _("各困难类别之和 = 期末在档"), _TIER_ROWS),
        *_sum_rules("causes", _("各主要致困原因之和 = 期末在档"), _CAUSE_ROWS),
        *_sum_rules("levels", _("各档案级别之和 = 期末在档"), _LEVEL_ROWS),
        *_kind_rules(),
        Rule(
            code="persons",
            title=_("户数不大于人数"),
            plus=("closing.households_all",),
            equals="closing.persons_all",
            at_most=True,
        ),
        *(
            Rule(
                code=f"{code}_at_most",
                title=_("不大于期末在档户数"),
                plus=(f"{code}.households_all",),
                equals="closing.households_all",
                at_most=True,
            )
            for code, _title, _indicator, at in _QUALITY
            if at == "closing"
        ),
    ),
    carried=(
        CarriedOver(
            code="carried_households",
            title=_("期初 = 上期期末"),
            opening="opening.households_all",
            closing="closing.households_all",
        ),
    ),
    notes=(
        _("户数按户主身份信息去重；本表只含数字，不含姓名和证件号码。"),
        _("迁入、迁出指档案在站点之间转移，不属于新建档，也不属于脱困、解困和注销。"),
    ),
)
