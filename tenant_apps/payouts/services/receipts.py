"""Who signed for what: the payee alone, one signature for one payment, another person only by exception.

Source: domain I-O06, §3.4: real name, no group signing, no signing for others without written power.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import InvalidInput, NotFound, NotPermitted, Problem
from shared_apps.audit.services import record
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.models import Attachment
from tenant_apps.casework.services import attach, record_event
from tenant_apps.payouts.bankfile import Change, Status
from tenant_apps.payouts.errors import NotPaidYet, SignedFor
from tenant_apps.payouts.flow import APPROVES, RECEIVES
from tenant_apps.payouts.indicators import facts_of_lines
from tenant_apps.payouts.models import Batch, Channel, Line, LineState, ReceiptKind
from tenant_apps.payouts.services.answering import settle_state
from tenant_apps.payouts.services.outcomes import approver_of, take_effect
from tenant_apps.payouts.services.preparing import check_reason
from tenant_apps.payouts.services.steps import locked_batch, tell_step
from tenant_apps.payouts.signatures import signature_of

LINE = "payout_line"
_SIGNATURE, _PAPER, _POWER, _PHOTO = "signature", "receipt", "power", "photo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """Another person signs: who, how they are related, why, and the written power as a paper."""

    name: str
    relation: str
    reason: str
    power: File[bytes] | None


@transaction.atomic
def sign_on_screen(
    line_id: UUID,
    *,
    drawn: str,
    actor: Actor,
    now: datetime,
    proxy: Proxy | None = None,
    photo: File[bytes] | None = None,
) -> Line:
    """Keep a signature drawn on the screen as the receipt of one payment.

    A payment in cash becomes paid by it, and needs a ``photo`` of the hand-over. Somebody else signs only where the
    head takes it, with the written power, the relation and the reason.

    Raises:
        NotPermitted, NotFound: as their names say.
        SignedFor, NotPaidYet: it is signed for, or was not paid.
        InvalidInput: R01, R02 as ``signature_of`` · R03 this very signature was used before · R04 the written power,
            relation or reason of another person is missing · R05 cash without a photo · E701-E703 as papers.
    """
    picture = ContentFile(signature_of(drawn), name="signature.png")
    return _receive(
        line_id, ReceiptKind.SCREEN, _SIGNATURE, picture, proxy=proxy, photo=photo, actor=actor,
        now=now,
    )  # fmt: skip


@transaction.atomic
def sign_on_paper(
    line_id: UUID,
    *,
    scan: File[bytes],
    actor: Actor,
    now: datetime,
    proxy: Proxy | None = None,
    photo: File[bytes] | None = None,
) -> Line:
    """Keep the scan of a signed slip as the receipt of one payment. Raises: as ``sign_on_screen``."""
    return _receive(
        line_id, ReceiptKind.PAPER, _PAPER, scan, proxy=proxy, photo=photo, actor=actor, now=now
    )


@transaction.atomic
def not_handed_over(line_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Line:
    """Note that cash could not be handed over and goes back to the bank; the application waits again.

    Raises:
        NotPermitted, NotFound, NotPaidYet: as ``sign_on_screen``.
        InvalidInput: P11 no reason.
    """
    actor.require(RECEIVES)
    check_reason(reason)
    batch, line = _locked(line_id)
    if batch.channel != Channel.CASH or line.state != LineState.SENT:
        raise NotPaidYet(state=line.get_state_display())
    _by_hand(batch, line, Status.FAILED, reason, actor=actor, now=now)
    return line


def _receive(
    line_id: UUID,
    kind: ReceiptKind,
    paper: str,
    upload: File[bytes],
    *,
    proxy: Proxy | None,
    photo: File[bytes] | None,
    actor: Actor,
    now: datetime,
) -> Line:
    actor.require(RECEIVES if proxy is None else APPROVES)
    if actor.user_id is None:
        raise NotPermitted
    batch, line = _locked(line_id)
    if line.receipt_kind:
        raise SignedFor
    is_cash = batch.channel == Channel.CASH
    if line.state != (LineState.SENT if is_cash else LineState.PAID):
        raise NotPaidYet(state=line.get_state_display())
    _check_whole(proxy, photo, is_cash=is_cash)
    _check_used_once(upload)
    if is_cash:
        line.is_proxy = proxy is not None
        Line.objects.filter(pk=line.pk).update(is_proxy=line.is_proxy)
        _by_hand(batch, line, Status.PAID, "", actor=actor, now=now)
    elif proxy is not None:
        taken_back = facts_of_lines([line], sign=-1)
        line.is_proxy = True
        record_facts([*taken_back, *facts_of_lines([line])], now=now)
    receipt: dict[str, Any] = {"by": actor.name, "by_id": actor.user_id, "at": now.isoformat()}
    receipt["signer"] = proxy.name.strip() if proxy else line.payee_name
    for name, file in ((paper, upload), (_PHOTO, photo), (_POWER, proxy.power if proxy else None)):
        if file is not None:
            kept = attach(subject=(LINE, line.pk), kind=name, upload=file, actor=actor, now=now)
            receipt[name] = str(kept.pk)
    if proxy is not None:
        receipt |= {"relation": proxy.relation.strip(), "reason": proxy.reason.strip()}
    line.receipt_kind, line.receipt_on, line.receipt = kind, clock.local_day(now), receipt
    line.save(update_fields=["receipt_kind", "receipt_on", "receipt", "is_proxy"])
    action = "sign_for_another" if proxy else "sign"
    record_event(subject=(LINE, line.pk), action=action, comment="", actor=actor, now=now)
    record(
        event=f"payout.{action}",
        actor=actor,
        subject=(LINE, line.pk),
        data={
            "number": batch.number,
            "line": line.ref,
            "kind": kind.value,
            "proxy": proxy is not None,
            "amount_fen": line.amount_fen,
        },
        now=now,
    )
    return line


def _locked(line_id: UUID) -> tuple[Batch, Line]:
    found = Line.objects.filter(pk=line_id).values_list("batch_id", flat=True).first()
    if found is None:
        raise NotFound
    batch = locked_batch(found)
    return batch, batch.lines.select_for_update().get(pk=line_id)


def _by_hand(
    batch: Batch, line: Line, status: Status, reason: str, *, actor: Actor, now: datetime
) -> None:
    if line.moved_on is None:
        raise NotPaidYet(state=_("现金尚未从专户支取"))
    change = Change(ref=line.ref, status=status, reason=reason, serial="")
    take_effect(
        batch, [change], {line.ref: line}, ref=line.ref, on=clock.local_day(now), maker=actor,
        actor=approver_of(batch), now=now,
    )  # fmt: skip
    before = batch.state
    settle_state(batch, now=now)
    batch.changed_at = now
    batch.save(update_fields=["state", "changed_at"])
    tell_step(
        batch, "hand_over", before=before, comment=reason, actor=actor, now=now,
        data={"line": line.ref, "result": status.value},
    )  # fmt: skip


def _check_whole(proxy: Proxy | None, photo: File[bytes] | None, *, is_cash: bool) -> None:
    problems = []
    if proxy is not None and not all(
        (proxy.name.strip(), proxy.relation.strip(), proxy.reason.strip(), proxy.power)
    ):
        problems.append(
            Problem(
                code="R04", field="proxy",
                message=_("代签须写明代签人、与领款人的关系、原因，并上传书面委托书。"),
            )
        )  # fmt: skip
    if is_cash and photo is None:
        problems.append(
            Problem(code="R05", field="photo", message=_("现金发放须上传本人领款照片。"))
        )
    if problems:
        raise InvalidInput(problems)


def _check_used_once(upload: File[bytes]) -> None:
    upload.seek(0)
    digest = sm3(upload.read())
    upload.seek(0)
    used = Attachment.objects.filter(
        subject_kind=LINE, kind__in=(_SIGNATURE, _PAPER), digest=digest
    )
    if used.exists():
        raise InvalidInput(
            [
                Problem(
                    code="R03", field="signature",
                    message=_("这份签名已用于另一笔，一份签名只能签一笔，不能集体领签。"),
                )
            ]
        )  # fmt: skip
