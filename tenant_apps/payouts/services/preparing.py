"""A batch is made of approved applications, and frozen: from then on its file never changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted, Problem
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.aid.models import Application
from tenant_apps.aid.services.crowds import unbatch_many
from tenant_apps.funds.chart import BANK, RESERVED
from tenant_apps.funds.models import Account, Fund
from tenant_apps.payouts.bankfile import LAYOUTS, Instruction, Payment
from tenant_apps.payouts.flow import CHECKS, PREPARES
from tenant_apps.payouts.models import Batch, BatchState, Channel, Line, LineState
from tenant_apps.payouts.rules import Standing, money_problems
from tenant_apps.payouts.services import taking
from tenant_apps.payouts.services.steps import advance, let_wait, locked_batch, tell_step
from tenant_apps.payouts.services.taking import check_free, take, take_later


@transaction.atomic
def prepare_batch(
    application_ids: Sequence[UUID],
    *,
    title: str,
    layout: str,
    actor: Actor,
    now: datetime,
    channel: str = Channel.BANK,
    reason: str = "",
) -> Batch:
    """Put approved applications of one fund into a new batch; all or none.

    ``channel`` cash is the exception and needs its ``reason``; everybody is then paid by hand, against signature. More
    than ``taking.AT_ONCE`` are taken by a worker: the batch is ``preparing`` until then.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: P01-P07 as ``batch_problems``, P10 no title, no layout, or cash without a reason.
        NotPayable, PayeeDoubtful: as aid says of an application that cannot be paid.
        PaidBefore: another line holds one of them.
        BeingPrepared: another batch is to hold one of them.
    """
    actor.require(PREPARES)
    if actor.user_id is None:
        raise NotPermitted
    _check_head(title, layout, channel, reason)
    found = Application.objects.filter(pk__in=application_ids).order_by("fund_id", "pk")
    funds = dict(found.values_list("pk", "fund_id"))
    fund_id = next(iter(funds.values()), None)
    fund = Fund.objects.filter(pk=fund_id).first() if fund_id else None
    if fund is None or len(funds) < len(set(application_ids)):
        raise NotFound
    batch = _numbered(
        Batch(
            title=title.strip(), layout=layout, channel=channel, reason=reason.strip(), fund=fund,
            planned=len(funds), made_by_id=actor.user_id, made_by=actor.name, made_at=now,
            changed_at=now,
        ),
        now=now,
    )  # fmt: skip
    # Whoever prepares holds the number until the end: what was promised to another batch is seen here.
    check_free(funds)
    if len(funds) > taking.AT_ONCE:
        take_later(batch, list(funds), now=now)
    else:
        take(batch, list(funds), actor=actor, now=now)
    tell_step(batch, "prepare", before="", actor=actor, now=now, data={"planned": batch.planned})
    return batch


@transaction.atomic
def drop_line(batch_id: UUID, line_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Batch:
    """Take one payee out of a batch that is not frozen; the application waits for the next.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: the batch is frozen.
        InvalidInput: P11 no reason.
    """
    actor.require(PREPARES)
    batch = locked_batch(batch_id)
    if batch.state != BatchState.DRAFT:
        raise IllegalMove
    check_reason(reason)
    line = batch.lines.select_for_update().filter(pk=line_id, state=LineState.OPEN).first()
    if line is None:
        raise NotFound
    line.state, line.reason = LineState.VOID, reason.strip()[:300]
    line.save(update_fields=["state", "reason"])
    batch.count -= 1
    batch.total_fen -= line.amount_fen
    batch.changed_at = now
    batch.save(update_fields=["count", "total_fen", "changed_at"])
    unbatch_many([line.application_id], reason, actor=actor, now=now)
    tell_step(
        batch, "drop", before=batch.state, comment=f"{line.payee_name}：{reason}", actor=actor,
        now=now, data={"line": line.ref},
    )  # fmt: skip
    return batch


@transaction.atomic
def freeze_batch(batch_id: UUID, *, actor: Actor, now: datetime) -> Batch:
    """Make the file of the bank, once, and let finance check it. Nothing of the batch changes after that.

    Raises:
        NotPermitted, NotFound, IllegalMove: as their names say.
        InvalidInput: P01 it is empty; P02 a household was deleted meanwhile; P08, P09 the fund has not so much money
            or budget.
    """
    batch = locked_batch(batch_id)
    before = advance(batch, "freeze", actor=actor)
    lines = list(
        batch.lines.filter(state=LineState.OPEN).select_related("application").order_by("serial")
    )
    fund = Fund.objects.select_for_update(no_key=True).get(pk=batch.fund_id)
    total = sum(line.amount_fen for line in lines)
    problems = money_problems(fund, standing_of(fund, now=now, besides=batch), total)
    problems += [problem for line in lines for problem in payee_gone(line, batch.channel)]
    if not lines:
        problems = [Problem(code="P01", field="lines", message=_("批次里没有付款。"))]
    if problems:
        raise InvalidInput(problems)
    data = LAYOUTS[batch.layout].write(
        Instruction(
            number=batch.number,
            made_on=clock.local_day(now),
            payments=tuple(_payment(line, batch.channel) for line in lines),
        )
    )
    batch.file, batch.digest, batch.frozen_at = data.decode("latin-1"), sm3(data), now
    batch.count, batch.total_fen, batch.changed_at = len(lines), total, now
    batch.save(
        update_fields=[
            "state", "file", "digest", "frozen_at", "count", "total_fen", "changed_at"
        ]
    )  # fmt: skip
    let_wait(
        batch, capability=CHECKS, title=gettext_noop("复核发放批次 %(number)s（%(title)s）"),
        clock_kind="payout_check", now=now,
    )  # fmt: skip
    tell_step(batch, "freeze", before=before, actor=actor, now=now)
    return batch


def payee_gone(line: Line, channel: str) -> list[Problem]:
    """Say of a line that its household was deleted since it was taken: nobody is left to be paid by it."""
    if channel != Channel.BANK or (line.card_hash is not None and line.application.payee_card):
        return []
    text = _("%(number)s 的档案已删除，收款账户不在了，请移出批次。")
    return [Problem(code="P02", field="lines", message=text % {"number": line.application.number})]


def standing_of(fund: Fund, *, now: datetime, besides: Batch | None = None) -> Standing:
    """Return what a fund can pay: its bank account without what other frozen batches wait for, and held budget."""
    year = clock.local_day(now).year
    balances = dict(
        Account.objects.filter(fund=fund, year=year, code__in=(BANK, RESERVED)).values_list(
            "code", "balance_fen"
        )
    )
    others = Line.objects.filter(batch__fund=fund, batch__digest__isnull=False)
    if besides is not None:
        others = others.exclude(batch=besides)
    unpaid = Q(state__in=(LineState.OPEN, LineState.SENT, LineState.UNKNOWN))
    promised = others.aggregate(
        bank=Sum("amount_fen", filter=unpaid & Q(moved_on=None)),
        budget=Sum("amount_fen", filter=unpaid),
    )
    return Standing(
        bank_fen=balances.get(BANK, 0) - (promised["bank"] or 0),
        reserved_fen=balances.get(RESERVED, 0) - (promised["budget"] or 0),
    )


def check_reason(reason: str) -> None:
    """Return only if a reason was given.

    Raises:
        InvalidInput: P11.
    """
    if not reason.strip():
        raise InvalidInput([Problem(code="P11", field="reason", message=_("请写明原因。"))])


def _check_head(title: str, layout: str, channel: str, reason: str) -> None:
    problems = []
    if not title.strip():
        problems.append(Problem(code="P10", field="title", message=_("请填写批次名称。")))
    if layout not in LAYOUTS:
        problems.append(Problem(code="P10", field="layout", message=_("请选择银行文件格式。")))
    if channel not in Channel.values or (channel == Channel.CASH and not reason.strip()):
        problems.append(
            Problem(
                code="P10", field="reason",
                message=_("现金发放是例外，请写明不能转入本人银行卡的原因。"),
            )
        )  # fmt: skip
    if problems:
        raise InvalidInput(problems)


def _numbered(batch: Batch, *, now: datetime) -> Batch:
    # Whoever numbers a batch holds the first fund until the end: two never take one number, and nobody starves.
    Fund.objects.select_for_update(no_key=True).order_by("pk").first()
    start = f"P{clock.local_day(now):%Y%m%d}"
    last = (
        Batch.objects.filter(number__startswith=start)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    batch.number = f"{start}{int(last[-4:]) + 1 if last else 1:04d}"
    batch.save(force_insert=True)
    return batch


def _payment(line: Line, channel: str) -> Payment:
    row = line.application
    card = row.payee_card.reveal() if channel == Channel.BANK and row.payee_card else ""
    return Payment(
        ref=line.ref,
        name=line.payee_name,
        card=card,
        amount_fen=line.amount_fen,
        purpose=str(CODE_LISTS["aid"].label(line.aid)),
    )
