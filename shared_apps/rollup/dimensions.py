"""How dimensions and their values are called on pages and in the API."""

from collections.abc import Mapping

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bangfu.kernel.errors import Text
from shared_apps.accounts.roles import Role
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.reconciliation.models import BreakKind
from shared_apps.rollup.network import FULL_TIME, PART_TIME
from tenants.models import Level, StationKind

CHILD, MONTH = "child", "month"
NONE = "none"

_TITLES: Mapping[str, Text] = {
    CHILD: gettext_lazy("下级站点"),
    MONTH: gettext_lazy("月份"),
    "level": gettext_lazy("层级"),
    "station_kind": gettext_lazy("站点类型"),
    "role": gettext_lazy("岗位"),
    "working_time": gettext_lazy("专兼职"),
    "break_kind": gettext_lazy("差异类型"),
    "kind": gettext_lazy("类型"),
}
_LABELS: Mapping[str, Mapping[str, Text]] = {
    "level": {str(level.value): level.label for level in Level},
    "station_kind": {kind.value: kind.label for kind in StationKind},
    "role": {role.value: role.label for role in Role},
    "break_kind": {kind.value: kind.label for kind in BreakKind},
    "kind": {
        "unchanged": gettext_lazy("超一年未变更"),
        "never_helped": gettext_lazy("建档未帮扶"),
    },
    "working_time": {FULL_TIME: gettext_lazy("专职"), PART_TIME: gettext_lazy("兼职")},
}
_UNITS: Mapping[str, Text] = {
    "户": gettext_lazy("户"),
    "人": gettext_lazy("人"),
    "个": gettext_lazy("个"),
    "元": gettext_lazy("元"),
    "户次": gettext_lazy("户次"),
    "元/户": gettext_lazy("元/户"),
    "笔": gettext_lazy("笔"),
    "件": gettext_lazy("件"),
    "吨": gettext_lazy("吨"),
    "张": gettext_lazy("张"),
    "家": gettext_lazy("家"),
}


def title_of(dimension: str) -> str:
    """Return how a dimension is called."""
    if dimension in _TITLES:
        return str(_TITLES[dimension])
    code_list = CODE_LISTS[dimension]
    return _in_language(code_list.title, code_list.english)


def label_of(dimension: str, key: str) -> str:
    """Return how one value of a dimension is called; one that no list knows is shown as it is."""
    if key == NONE:
        return _("未填写")
    if dimension in _LABELS:
        return str(_LABELS[dimension].get(key, key))
    return CODE_LISTS[dimension].label(key)


def order_of(dimension: str, key: str) -> tuple[int, str]:
    """Return where a value stands among the others: as its list has it, then by itself, unknown last."""
    if key == NONE:
        return (1_000, key)
    known = (
        list(_LABELS[dimension])
        if dimension in _LABELS
        else [code.value for code in CODE_LISTS[dimension]]
    )
    return (known.index(key) if key in known else len(known), key)


def unit_text(unit: str) -> str:
    """Return a unit in the reader's language."""
    return str(_UNITS.get(unit, unit))


def _in_language(chinese: str, english: str) -> str:
    return english if (get_language() or "").startswith("en") else chinese
