"""Take the reconciliation of the bank account away as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from shared_apps.audit.services import record
from tenant_apps.banking.balance import OpenItem, Reconciliation, reconciliation
from tenant_apps.funds.sheets import Cell, workbook_of


@transaction.atomic
def export_reconciliation(*, on: date | None, actor: Actor, now: datetime) -> bytes:
    """Return the bank reconciliation statement of a day (银行存款余额调节表) as a workbook.

    That it was taken is noted in the audit chain.

    Raises:
        NotPermitted: the actor may not.
        NotFound: there is no statement yet.
    """
    actor.require("fund.export")
    result = reconciliation(on=on)
    if result is None:
        raise NotFound
    data = workbook_of(
        [
            (
                _("银行存款余额调节表"),
                [_("项目"), _("日期"), _("编号"), _("摘要"), _("金额（元）")],
                list(_rows(result)),
            )
        ],
        who=actor.name,
        now=now,
    )
    record(
        event="bank.reconciliation_exported",
        actor=actor,
        subject=("ledger", result.on.isoformat()),
        data={"items": len(result.at_bank_only) + len(result.in_books_only)},
        now=now,
    )
    return data


def _rows(result: Reconciliation) -> Iterator[Sequence[Cell]]:
    day = result.on.isoformat()
    yield _("企业银行存款日记账余额"), day, "", "", result.book_fen
    yield from _items(_("加：银行已收、账上未收"), result.bank_in)
    yield from _items(_("减：银行已付、账上未付"), result.bank_out)
    yield _("调节后账面余额"), day, "", "", result.adjusted_book_fen
    yield _("银行对账单余额"), day, "", "", result.bank_fen
    yield from _items(_("加：账上已收、银行未收"), result.book_in)
    yield from _items(_("减：账上已付、银行未付"), result.book_out)
    yield _("调节后银行余额"), day, "", "", result.adjusted_bank_fen
    yield _("差额"), day, "", "", result.left_fen


def _items(title: str, items: Sequence[OpenItem]) -> Iterator[Sequence[Cell]]:
    for one in items:
        yield title, one.on.isoformat(), one.number, one.name, abs(one.fen)
