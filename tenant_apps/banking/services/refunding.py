"""Send a receipt that nobody can claim back to whoever paid: two people agree, the bank's debit proves it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from shared_apps.bankfiles.models import Line, LineState
from tenant_apps.banking.errors import LineMoved
from tenant_apps.banking.selectors import get_line, voucher_of
from tenant_apps.banking.services.steps import decided, locked, propose
from tenant_apps.banking.wishes import Act, is_going_back
from tenant_apps.funds.models import Journal


@transaction.atomic
def propose_refund(line_id: UUID, *, payee: str, memo: str, actor: Actor, now: datetime) -> Line:
    """Say that a receipt held on 2101 is to go back; a second person has to agree.

    Raises:
        NotPermitted, NotFound: as their names say.
        LineMoved: the line is not held, or waits for somebody.
        InvalidInput: K106 no payee, K107 no reason.
    """
    actor.require("fund.post")
    (line,) = locked([line_id], actor)
    if line.state != LineState.HELD or line.amount_fen <= 0:
        raise LineMoved
    problems = []
    if not payee.strip():
        problems.append(Problem(code="K106", field="payee", message=_("请填写收款人户名。")))
    if not memo.strip():
        problems.append(Problem(code="K107", field="memo", message=_("请写明退回的依据。")))
    if problems:
        raise InvalidInput(problems)
    line.kind, line.ref, line.part = "", "", ""
    wish = {"act": Act.BACK.value, "payee": payee.strip()[:120], "memo": memo.strip()[:200]}
    return propose(line, wish, actor=actor, now=now)


def let_go_back(line: Line, *, actor: Actor, now: datetime) -> Journal:
    """Agree on a line the caller has locked: from now on its refund is expected at the bank.

    Returns the voucher that holds the receipt; what goes back is posted when the bank has paid.
    """
    line.wish = line.wish | {"on": now.date().isoformat()}
    line.state = LineState.HELD
    line.checker_id, line.checker_name = actor.user_id, actor.name
    line.save()
    return voucher_of(line)


@transaction.atomic
def call_off_refund(line_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Line:
    """Keep a receipt that was to go back: it waits to be claimed again. No money has moved, so one person may.

    Raises:
        NotPermitted, NotFound: as their names say.
        LineMoved: it is not to go back, or the bank has paid it.
        InvalidInput: K104 no reason.
    """
    actor.require("fund.post")
    get_line(line_id, actor=actor)
    line = Line.objects.select_for_update().get(pk=line_id)
    if not is_going_back(line):
        raise LineMoved
    if not reason.strip():
        raise InvalidInput([Problem(code="K104", field="reason", message=_("请写明退回的原因。"))])
    line.wish = {}
    line.save(update_fields=["wish"])
    decided(line, "kept", actor=actor, now=now, comment=reason)
    return line
