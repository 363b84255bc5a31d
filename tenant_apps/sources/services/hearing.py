"""What an end of a transfer does with what the other end tells it; safe to hear twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import in_network
from bangfu.kernel.text import kept
from bangfu.ui.templatetags.ui import yuan
from shared_apps.exchange.errors import PermanentFailure
from tenant_apps.funds.models import Fund, Journal, JournalKind
from tenant_apps.funds.services import open_fund, reverse_journal
from tenant_apps.sources import rules, unpairing
from tenant_apps.sources.models import Side, Transfer, TransferState
from tenant_apps.sources.services import saying
from tenant_apps.sources.services.following import (
    day_to_post,
    end_of,
    follow,
    leave_traces,
    note_pair,
    people_of,
    system,
)
from tenants.models import Station

Body = Mapping[str, Any]
_MOST_NAMES = 50


def expect(body: Body, *, sender_id: int, now: datetime) -> None:
    """Make the receiver's end of a transfer that was sent: a memo, no money."""
    key = UUID(body["transfer"])
    known = Transfer.objects.select_for_update().filter(pk=key).first()
    if known is not None:
        _expect_again(known, body, now=now)
        return
    with in_network():
        sender = Station.objects.get(pk=sender_id)
    difference = body["difference"]
    transfer = Transfer.objects.create(
        id=key,
        side=Side.IN,
        direction=body["direction"],
        state=TransferState.ANNOUNCED,
        number=body["number"],
        partner_id=sender.pk,
        partner_code=sender.code,
        partner_name=sender.name,
        fund=_purse(body, sender_code=sender.code, now=now),
        source=body["source"],
        programmes=body["programmes"],
        year=body["year"],
        purpose=body["purpose"],
        payee=body["payee"],
        amount_fen=body["fen"],
        difference=difference,
        created_at=now,
        changed_at=now,
    )
    comment = (
        kept(gettext_lazy("对方银行付款的收款人与指令不符，请留意到账。")) if difference else ""
    )
    leave_traces(transfer, action="announced", before="", actor=system(), now=now, comment=comment)


def _expect_again(transfer: Transfer, body: Body, *, now: datetime) -> None:
    """Wait again for what the sender's bank paid after all, having been entered for another line before."""
    outcome = unpairing.heard_announced_again(
        end_of(transfer), difference=body["difference"], of_round=body.get("round", 0)
    )
    if outcome.is_nothing and outcome.end == end_of(transfer):
        return
    on = date.fromisoformat(body["on"])
    follow(transfer, outcome, action="announced", on=on, actor=system(), now=now)


def hear_unsent(body: Body, *, now: datetime) -> None:
    """Wait no longer for what the sender's bank did not pay."""
    transfer = _locked(body)
    outcome = unpairing.heard_unsent(end_of(transfer), of_round=body["round"])
    if outcome.end == end_of(transfer):
        return
    on = date.fromisoformat(body["on"])
    follow(transfer, outcome, action="unsent_there", on=on, actor=system(), now=now)


def hear_unreceived(body: Body, *, now: datetime) -> None:
    """Take back that the transfer was closed: what the receiver had confirmed was another's."""
    transfer = _locked(body)
    before = end_of(transfer)
    outcome = unpairing.heard_unreceived(before, of_round=body["round"])
    if outcome.end == before:
        return
    there = date.fromisoformat(body["on"])
    on = day_to_post(there, now=now)
    maker, actor = people_of(transfer)
    if before.confirmed_fen and not outcome.end.confirmed_fen:
        closing = Journal.objects.get(
            Q(ref=transfer.number) | Q(ref__startswith=f"{transfer.number}#"),
            kind=JournalKind.TRANSFER_CLOSED,
            reversed_by__isnull=True,
        )
        reverse_journal(
            closing.pk, effective_on=day_to_post(closing.effective_on, now=now),
            reason=_("对方撤销到账：%(number)s") % {"number": transfer.number},
            maker=maker, actor=actor, now=now,
        )  # fmt: skip
        note_pair(
            transfer, -before.confirmed_fen, here=day_to_post(closing.effective_on, now=now),
            there=there, now=now,
        )  # fmt: skip
        transfer.confirmed_on, transfer.wanted_back_fen = None, 0
    follow(transfer, outcome, action="unreceived_there", on=on, actor=system(), now=now)


def hear_received(body: Body, *, now: datetime) -> None:
    """Close what the receiver received in full; keep anything else as a difference for people."""
    transfer = _locked(body)
    fen = body["fen"]
    outcome = rules.heard_received(
        end_of(transfer), fen, source=body["source"], of_round=body.get("round", 0)
    )
    if outcome.end == end_of(transfer):
        return
    there = date.fromisoformat(body["on"])
    on = day_to_post(there, now=now)
    maker, actor = people_of(transfer)
    if outcome.kind:
        transfer.confirmed_on = on
        note_pair(transfer, fen, here=on, there=there, now=now)
        follow(transfer, outcome, action="closed", on=on, maker=maker, actor=actor, now=now)
        return
    comment = kept(gettext_lazy("对方实收 %(amount)s 元")) % {"amount": yuan(fen)}
    follow(transfer, outcome, action="mismatch", on=on, actor=system(), now=now, comment=comment)


def hear_agreed(body: Body, *, now: datetime) -> None:
    """Enter as income what both ends agree came."""
    transfer = _locked(body)
    outcome = rules.heard_agreed(end_of(transfer), body["fen"])
    if not outcome.kind:
        return
    on = day_to_post(date.fromisoformat(body["on"]), now=now)
    maker, actor = people_of(transfer)
    transfer.confirmed_on = on
    follow(transfer, outcome, action="agreed", on=on, maker=maker, actor=actor, now=now)


def hear_bounced(body: Body, *, now: datetime) -> None:
    """Expect no longer what went back to the sender."""
    transfer = _locked(body)
    outcome = rules.heard_bounced(end_of(transfer), body["fen"], left=body["left"])
    if outcome.end == end_of(transfer):
        return
    on = date.fromisoformat(body["on"])
    follow(transfer, outcome, action="bounced", on=on, actor=system(), now=now)


def hear_given_back(body: Body, *, now: datetime) -> None:
    """Expect at the own bank what the receiver paid back."""
    transfer = _locked(body)
    outcome = rules.heard_given_back(end_of(transfer), body["given"])
    if outcome.end == end_of(transfer):
        return
    on = date.fromisoformat(body["on"])
    follow(
        transfer, outcome, action="given_back", on=on, actor=system(), now=now,
        comment=kept(gettext_lazy("%(amount)s 元在途")) % {"amount": yuan(body["fen"])},
    )  # fmt: skip


def hear_recalled(body: Body, *, now: datetime) -> None:
    """Let finance pay back what the sender recalls, as far as it was received."""
    transfer = _locked(body)
    if transfer.side != Side.IN or not 0 < body["fen"] <= transfer.confirmed_fen:
        return
    transfer.wanted_back_fen = body["fen"]
    _noted(
        transfer, "recalled", now=now,
        comment=kept(gettext_lazy("%(amount)s 元，%(reason)s"))
        % {"amount": yuan(body["fen"]), "reason": body["reason"]},
    )  # fmt: skip


def hear_reported(body: Body, *, now: datetime) -> None:
    """Keep what the receiver says it used."""
    transfer = _locked(body)
    if transfer.state not in {TransferState.CLOSED, TransferState.REPORTED}:
        return
    before = transfer.state
    transfer.state = TransferState.REPORTED
    transfer.used_fen, transfer.report = body["used_fen"], body["report"]
    _noted(transfer, "reported", before=before, now=now, comment=transfer.report)


def hear_settled(_body: Body, *, now: datetime) -> None:
    """Settle what the sender settled."""
    transfer = _locked(_body)
    if transfer.state != TransferState.REPORTED:
        return
    transfer.state = TransferState.SETTLED
    _noted(transfer, "settled", before=TransferState.REPORTED, now=now)


def unheard_of(rounds: Iterable[tuple[UUID, int]]) -> set[tuple[UUID, int]]:
    """Return which of these transfers are still on their way here as if nobody had received them, in that round."""
    asked = set(rounds)
    on_their_way = Transfer.objects.filter(
        pk__in=[key for key, _round in asked], side=Side.OUT, state=TransferState.SENT
    )
    return asked & set(on_their_way.values_list("pk", "heard_undone"))


def say_again(transfer_id: UUID, *, recipient: int, now: datetime) -> bool:
    """Say once more everything this end told the other."""
    transfer = Transfer.objects.filter(pk=transfer_id, partner_id=recipient).first()
    return transfer is not None and saying.say_again(transfer, now=now)


def _noted(
    transfer: Transfer, action: str, *, now: datetime, before: str = "", comment: str = ""
) -> None:
    transfer.changed_at = now
    transfer.save()
    leave_traces(
        transfer,
        action=action,
        before=before or transfer.state,
        actor=system(),
        now=now,
        comment=comment,
    )


def _locked(body: Body) -> Transfer:
    transfer = Transfer.objects.select_for_update().filter(pk=UUID(body["transfer"])).first()
    if transfer is None:
        raise PermanentFailure(kept(_("没有这笔拨款")))
    return transfer


def _purse(body: Body, *, sender_code: str, now: datetime) -> Fund:
    """The fund that carries the sender's source and purpose here; under another code where that is taken."""
    wanted = {"source": body["source"], "programmes": list(body["programmes"])}
    codes = [body["fund_code"], f"{body['fund_code'][:11]}-{sender_code}"[:24]]
    codes += [f"{codes[1][:20]}-{number}" for number in range(2, _MOST_NAMES)]
    for code in codes:
        known = Fund.objects.filter(code=code).first()
        if known is None:
            return open_fund(
                code=code,
                name=body["fund_name"],
                source=wanted["source"],
                programmes=wanted["programmes"],
                note=_("由上级拨款带入，用途不得更改"),
                actor=system(),
                now=now,
            )
        is_same = known.source == wanted["source"] and known.programmes == wanted["programmes"]
        if is_same and known.closed_on is None:
            return known
    raise DomainError(_("没有可用的资金编号。"))
