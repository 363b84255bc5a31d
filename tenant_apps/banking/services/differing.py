"""Pairs of another amount than was expected: more is parted, less is told to the sender or held for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Max
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.ui.templatetags.ui import yuan
from shared_apps.bankfiles.models import BreakType, Line, LineState, Statement
from tenant_apps.banking.errors import NotExpected
from tenant_apps.banking.selectors import expectation_of, parts_held
from tenant_apps.banking.services.posting import Hand, settle
from tenant_apps.banking.services.steps import HAND, decided, hold, let_go
from tenant_apps.banking.wishes import Act
from tenant_apps.funds.expectations import Claiming, Expectation, waiting
from tenant_apps.funds.models import Journal


def settle_pair(lines: Sequence[Line], maker: Hand, *, actor: Actor, now: datetime) -> Journal:
    """Post the lines that two people say are one expectation, with what was held as parts of it before.

    What comes beyond it is parted off and held on 2101. Where less came, an app that talks with the sender does so;
    otherwise the lines are held as parts, and the expectation stays open until the rest comes.

    Raises:
        DomainError: the app that waits, or the ledger, refuses; nothing is posted.
    """
    one = expectation_of(lines[0].kind, lines[0].ref, on=now.date())
    if one is None or not one.incoming or any(line.part for line in lines):
        return _whole(lines, maker, actor=actor, now=now)
    both = [*parts_held(one), *lines]
    over = sum(line.amount_fen for line in both) - one.amount_fen
    if over < 0 and not one.parts:
        app = waiting()[one.kind]
        if isinstance(app, Claiming) and len(both) == 1:
            return _told(both[0], one, app, maker, actor=actor, now=now)
        return _as_parts(lines, one, maker, actor=actor, now=now)
    if over > 0:
        _part_off(max(lines, key=lambda line: line.amount_fen), over, maker, actor=actor, now=now)
    return _whole(both, maker, actor=actor, now=now)


def _whole(lines: Sequence[Line], maker: Hand, *, actor: Actor, now: datetime) -> Journal:
    for line in lines:
        let_go(line, maker, actor=actor, now=now)
        Line.objects.filter(pk=line.pk).update(
            wish={
                "act": Act.MATCH.value,
                "memo": line.wish.get("memo", ""),
                "type": line.break_type,
            }
        )
    return settle(lines, maker=maker, actor=actor, now=now)


def _told(
    line: Line, one: Expectation, app: Claiming, maker: Hand, *, actor: Actor, now: datetime
) -> Journal:
    """Less came than was sent: the receipt proves the line from now on, and both ends see the difference."""
    receipt = hold(line, maker, fund_id=one.fund_id, name=one.counterparty, actor=actor, now=now)
    app.claim(line.ref, receipt, maker=maker, actor=actor, now=now)
    Line.objects.filter(pk=line.pk).update(
        state=LineState.MATCHED,
        break_type="",
        journal_id=receipt.pk,
        maker_id=maker.user_id,
        maker_name=maker.name,
        checker_id=actor.user_id,
        checker_name=actor.name,
        settled_at=now,
    )
    return receipt


def _as_parts(
    lines: Sequence[Line], one: Expectation, maker: Hand, *, actor: Actor, now: datetime
) -> Journal:
    receipts = [
        hold(
            line,
            maker,
            fund_id=line.statement.fund_id,
            name=one.counterparty or one.ref,
            actor=actor,
            now=now,
        )
        for line in lines
    ]
    for line, receipt in zip(lines, receipts, strict=True):
        line.journal_id = receipt.pk
        line.state = LineState.HELD
        line.wish = line.wish | {"act": Act.PART.value}
        line.break_type = BreakType.B5
        line.checker_id, line.checker_name = actor.user_id, actor.name
        line.save()
    return receipts[-1]


def _part_off(line: Line, over: int, maker: Hand, *, actor: Actor, now: datetime) -> None:
    """Let what the bank booked in one line stand in two: what was expected, and the rest, held on 2101."""
    if over >= line.amount_fen:
        # A whole line too many was paired with it.
        raise NotExpected(ref=line.ref)
    let_go(line, maker, actor=actor, now=now)
    number = (
        Line.objects.filter(statement_id=line.statement_id).aggregate(last=Max("number"))["last"]
        + 1
    )
    rest = Line(
        statement_id=line.statement_id,
        station_id=line.station_id,
        account_hash=line.account_hash,
        number=number,
        serial=f"{line.serial[:56]}+{number}",
        booked_on=line.booked_on,
        amount_fen=over,
        counterparty=line.counterparty,
        other_account=line.other_account,
        other_tail=line.other_tail,
        text=line.text,
        reference=line.reference,
        state=LineState.HELD,
        break_type=BreakType.B5,
        rule=HAND,
        note=_("流水 %(serial)s 共 %(whole)s 元，多于 %(ref)s")
        % {"serial": line.serial, "whole": yuan(line.amount_fen), "ref": line.ref},
        maker_id=maker.user_id,
        maker_name=maker.name,
        checker_id=actor.user_id,
        checker_name=actor.name,
    )
    rest.journal_id = hold(
        rest,
        maker,
        fund_id=line.statement.fund_id,
        name=line.counterparty or line.ref,
        actor=actor,
        now=now,
    ).pk
    Line.objects.filter(pk=line.pk).update(
        amount_fen=line.amount_fen - over,
        journal_id=None,
        note=_("原额 %(whole)s 元，多出的 %(over)s 元另列为流水 %(serial)s")
        % {"whole": yuan(line.amount_fen), "over": yuan(over), "serial": rest.serial},
    )
    line.amount_fen -= over
    line.journal_id = None
    rest.save(force_insert=True)
    Statement.objects.filter(pk=line.statement_id).update(
        lines_total=F("lines_total") + 1, lines_done=F("lines_done") + 1
    )
    decided(rest, "parted", actor=actor, now=now, comment=rest.note)
