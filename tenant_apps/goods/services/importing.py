"""Many goods at once, from a workbook: all of its rows, or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from tenant_apps.goods.models import Lot
from tenant_apps.goods.rules import LotDetails, lot_problems, quantity_problems
from tenant_apps.goods.services.intake import KEEPS, take_in_goods
from tenant_apps.goods.sheets import MOST_ROWS, lot_of_row, read_goods


@transaction.atomic
def import_goods(data: bytes, *, filename: str, actor: Actor, now: datetime) -> list[Lot]:
    """Enter every row of a list of goods; where one is wrong none is entered, and all that is wrong is told by row.

    Raises:
        NotPermitted: the actor may not.
        WorkbookRefused: the file cannot be read, or is hostile.
        InvalidInput: G101-G109 and G120 by row; G121 the same goods were entered today; G122 no list, or too long.
    """
    actor.require(KEEPS)
    rows = read_goods(data, filename)
    if not rows or len(rows) > MOST_ROWS:
        message = _("没有找到物资清单，或行数过多。请使用下载的模板填写，每次不超过 2,000 行。")
        raise InvalidInput([Problem(code="G122", field="file", message=message)])
    today = clock.local_day(now)
    there = {
        (lot.name, lot.kind, lot.unit, lot.donor, lot.taken_in_milli)
        for lot in Lot.objects.filter(opened_on=today)
    }
    problems: list[Problem] = []
    wanted: list[tuple[LotDetails, int]] = []
    for row in rows:
        details, quantity, found = lot_of_row(row)
        if not found:
            found = [*lot_problems(details, on=today), *quantity_problems(quantity, details.unit)]
        key = (details.name, details.kind, details.unit, details.donor, quantity)
        if not found and key in there:
            message = _("今天已登记过同样的物资，请勿重复导入。")
            found = [Problem(code="G121", field="name", message=message)]
        problems += [replace(one, row=row.number) for one in found]
        wanted.append((details, quantity))
    if problems:
        raise InvalidInput(problems)
    return [
        take_in_goods(details, quantity_milli=quantity, actor=actor, now=now)
        for details, quantity in wanted
    ]
