"""The letter by which a bank is told to pay a transfer, and the receipt of a donation; amounts in capitals."""

from __future__ import annotations

from bangfu.kernel.money import rmb_capitals
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.printing.models import PaperKind
from tenant_apps.documents.papers.blocks import (
    Block,
    Sheet,
    box,
    closing,
    facts,
    known,
    note,
    opinions,
)
from tenant_apps.sources.models import Donation, DonationKind, Transfer


def transfer_letter(transfer: Transfer, *, station_name: str) -> Sheet:
    """One transfer as the bank is to pay it, with the reference it has to print."""
    met = [
        f"{name} {on:%Y-%m-%d}：{said}"
        for name, on, said in (
            ("主席办公会", transfer.chair_met_on, transfer.chair_decided),
            ("党组会", transfer.party_met_on, transfer.party_decided),
        )
        if on
    ]
    return Sheet(
        kind=PaperKind.TRANSFER_LETTER,
        subject=("fund_transfer", transfer.pk),
        about=transfer.number,
        title="拨款通知单",
        subtitle=f"{station_name}　　附言 {transfer.number}",
        blocks=(
            facts(
                known("收款单位", transfer.partner_name, span=2),
                known("年度", transfer.year),
                known("收款账户户名", transfer.payee, span=3),
                known("金额（元）", yuan(transfer.amount_fen)),
                known("金额大写", f"人民币{rmb_capitals(transfer.amount_fen)}", span=2),
                known("资金", transfer.fund.name, span=2),
                known("资金来源", CODE_LISTS["fund_source"].label(transfer.source)),
                known("用途", transfer.purpose, span=3),
                known("限定项目", CODE_LISTS["aid"].labels(transfer.programmes) or "不限", span=3),
            ),
            opinions(
                box("编制", sign=transfer.planned_by),
                box("复核", sign=transfer.checked_by),
                box("批准", text="；".join(met), sign=transfer.approved_by),
            ),
            note("请银行在附言中打印上列编号。专款专用，收款单位不得更改资金来源和用途。"),
        ),
    )


def _went_back(donation: Donation) -> list[Block]:
    """What was given and is not on this receipt: it went back, and an earlier receipt with it."""
    if not donation.returned_fen:
        return []
    void = "、".join(one["text"] for one in donation.void_receipts)
    return [
        known("捐赠总额（元）", yuan(donation.amount_fen)),
        known("已退还（元）", yuan(donation.returned_fen)),
        *([known("作废收据", void)] if void else []),
    ]


def donation_receipt(donation: Donation, *, station_name: str) -> Sheet:
    """The receipt of one donation. The register of papers names its number, never the donor."""
    is_cash = donation.kind == DonationKind.CASH
    campaign = CODE_LISTS["donation_campaign"].label(donation.campaign) if donation.campaign else ""
    return Sheet(
        kind=PaperKind.DONATION_RECEIPT,
        subject=("donation", donation.pk),
        about=donation.receipt_text,
        title="接受捐赠收据",
        subtitle=f"{station_name}　　收据号 {donation.receipt_text}",
        blocks=(
            facts(
                known("捐赠人", donation.donor, span=2),
                known("类型", donation.get_kind_display()),
                *([] if is_cash else [known("物资", donation.goods, span=3)]),
                known("金额（元）" if is_cash else "估价（元）", yuan(donation.kept_fen)),
                known("金额大写", f"人民币{rmb_capitals(donation.kept_fen)}", span=2),
                *_went_back(donation),
                known("募捐活动", campaign),
                known("捐赠意愿", donation.wish, span=2),
                known(
                    "收到日期", f"{donation.received_on:%Y-%m-%d}" if donation.received_on else ""
                ),
                known("开具人", donation.receipt_by),
                known("捐赠编号", donation.number),
            ),
            note("感谢您的爱心。款物专款专用，使用情况将向您反馈。"),
            closing(station_name, "（盖章）", "年　　月　　日"),
        ),
    )
