"""Rows of the audit chain as people read them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import system_name
from bangfu.kernel.errors import Text
from bangfu.ui.templatetags.ui import grouped, yuan
from shared_apps.audit.models import AuditRow
from shared_apps.audit.wording import about_words, act_words

# What a row says, in the order it is read; amounts are fen. What is not named stands in the record as stored.
_SAYS: dict[str, Text] = {
    "title": _("标题"),
    "name": _("名称"),
    "number": _("编号"),
    "file_no": _("档案编号"),
    "code": _("编码"),
    "home": _("建档站点"),
    "partner": _("对方"),
    "batch": _("批次"),
    "ref": _("参考号"),
    "month": _("月份"),
    "period": _("期间"),
    "on": _("日期"),
    "due_on": _("期限"),
    "amount_fen": _("金额（元）"),
    "total_fen": _("总额（元）"),
    "union_fen": _("工会承担（元）"),
    "partner_fen": _("商家让利（元）"),
    "value_fen": _("折价（元）"),
    "households": _("户数"),
    "files": _("档案数"),
    "checks": _("核对户数"),
    "stations": _("站点数"),
    "count": _("数量"),
    "lines": _("流水笔数"),
    "rows": _("行数"),
    "paid": _("成功笔数"),
    "failed": _("失败笔数"),
    "returned": _("退票笔数"),
    "maker": _("制单人"),
    "unit": _("单位"),
    "version": _("版本"),
    "memo": _("摘要"),
    "reason": _("理由"),
    "said": _("说明"),
    "comment": _("意见"),
}
_VIA: dict[str, Text] = {"api": _("接口"), "system": _("系统")}


@dataclass(frozen=True, slots=True)
class Told:
    """One row in words; ``record`` is what is stored, as it is stored."""

    row: AuditRow
    about: Text
    act: Text
    via: Text
    says: list[tuple[Text, str]]
    record: str


def told_rows(rows: Iterable[AuditRow]) -> list[Told]:
    """Put rows into words, in their order."""
    return [
        Told(
            row=row,
            about=about_words(row.event),
            act=act_words(row.event),
            via=_way(row),
            says=_said(row.data),
            record=json.dumps(row.data, ensure_ascii=False, sort_keys=True) if row.data else "",
        )
        for row in rows
    ]


def _way(row: AuditRow) -> Text:
    """By which way somebody came; of the system its name says so already."""
    if row.via == "page" or (row.via == "system" and system_name(row.actor_name)):
        return ""
    return _VIA.get(row.via, row.via)


def _said(data: Mapping[str, Any]) -> list[tuple[Text, str]]:
    found = []
    for key, label in _SAYS.items():
        value = data.get(key)
        if isinstance(value, bool) or value in (None, "") or not isinstance(value, int | str):
            continue
        if not isinstance(value, int):
            found.append((label, value))
        elif key.endswith("_fen"):
            found.append((label, yuan(value)))
        else:
            found.append((label, grouped(value)))
    return found
