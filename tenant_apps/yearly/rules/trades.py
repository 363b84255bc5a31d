"""Training and work by trade (工种), as a county's paper tells them. Source: domain reference I-L15, RQ25."""

from __future__ import annotations

from collections.abc import Sequence

from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.yearly.rules.declaring import Adds, Sentence, number

JOBS = "就业与小额借款"


def _by_trade(key: str, text: str, code: str, unit: str) -> Sentence:
    """Return the sentence that parts a number of a year by trade; what is not zero has to be the whole."""
    trades = {one.value: one.label for one in CODE_LISTS["trade"]}
    parts = {trade: f"{label}{{}}{unit}" for trade, label in trades.items()}
    return Sentence(
        key,
        JOBS,
        text,
        {"total": number(code, "year")}
        | {trade: number(code, "year", trade=trade) for trade in trades},
        needs=("total",),
        adds=(Adds("total", tuple(trades)),),
        lists={"trades": parts},
    )


TRADES: Sequence[Sentence] = (
    Sentence(
        "training",
        JOBS,
        "{year}年举办培训班{classes}期，培训{trained}人次。",
        {"classes": number("EMP-05", "year"), "trained": number("EMP-06", "year")},
    ),
    _by_trade(
        "training-by-trade", "{year}年培训{total}人次，按工种分：{trades}。", "EMP-06", "人次"
    ),
    Sentence(
        "training-of-files",
        JOBS,
        "{year}年培训{trained}人次，其中建档困难职工家庭{on_file}人次，占{share}%。",
        {"trained": number("EMP-06", "year"), "on_file": number("EMP-06.F", "year")},
        shares={"share": ("on_file", "trained")},
    ),
    _by_trade(
        "employed-by-trade", "{year}年实现就业{total}人，按工种分：{trades}。", "EMP-02", "人"
    ),
)
