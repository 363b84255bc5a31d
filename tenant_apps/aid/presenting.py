"""What the pages of aid show of an application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import mask_card, mask_id_no
from bangfu.kernel.errors import Text
from bangfu.kernel.money import rmb_capitals
from bangfu.ui.tones import Tone
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.programmes.selectors import StationProgress
from tenant_apps.aid.flow import AID_FLOW
from tenant_apps.aid.models import AidState, Application, PayeeState
from tenant_apps.aid.rules import Bound, bound_sentence, reason_sentence
from tenant_apps.aid.selectors import Chased, is_list_owing

STAGES = (
    AidState.SUBMITTED,
    AidState.ELIGIBILITY,
    AidState.REVIEWING,
    AidState.MEETING,
    AidState.PARTY_GROUP,
    AidState.NOTICE,
    AidState.APPROVED,
    AidState.PAID,
    AidState.CLOSED,
)
_STANDS_FOR = {
    AidState.ASKED_ABOVE: AidState.PARTY_GROUP,
    AidState.OBJECTION: AidState.NOTICE,
    AidState.BATCHED: AidState.APPROVED,
    AidState.FED_BACK: AidState.PAID,
}
_MORE_ACTS: dict[str, Text] = {
    "open": gettext_lazy("登记申请"),
    "change": gettext_lazy("修改申请"),
    "list": gettext_lazy("列入名单"),
    "change_amount": gettext_lazy("调整金额"),
    "correct_payee": gettext_lazy("更正收款账户"),
    "agree_to_payee": gettext_lazy("复核收款账户"),
    "take_in_papers": gettext_lazy("材料补齐"),
    "notice_over": gettext_lazy("公示期满"),
    "asked": gettext_lazy("收到下级上报"),
    "agree_asked": gettext_lazy("同意"),
    "refuse_asked": gettext_lazy("不同意"),
    "forward_asked": gettext_lazy("同意并上报"),
    "passed_on": gettext_lazy("转达上级决定"),
}
# Whose button opens a dialog, because it asks for more than a click.
WITH_REASON = ("return", "decline", "refuse", "withdraw")


def act_label(action: str) -> Text:
    """Name an act of the timeline; a round stands behind a colon."""
    name = action.partition(":")[0]
    step = AID_FLOW.steps.get(name)
    return step.label if step else _MORE_ACTS.get(name, name)


def stages_of(row: Application) -> list[dict[str, Any]]:
    """Return the stages of an application with where it stands; nothing for one that left the way."""
    order = list(STAGES)
    standing = _STANDS_FOR.get(AidState(row.state), AidState(row.state))
    if standing not in order:
        return []
    here = order.index(standing)
    return [
        {
            "label": state.label,
            "state": "done" if place < here else "current" if place == here else "todo",
        }
        for place, state in enumerate(order)
    ]


def sentences_of(assessment: dict[str, Any]) -> list[str]:
    """Return how it was judged, in sentences, from what an application keeps."""
    bounds = [Bound(**one) for one in assessment.get("bounds", [])]
    return [bound_sentence(one) for one in bounds]


def reasons_of(assessment: dict[str, Any]) -> list[str]:
    """Return what forbids it, in sentences."""
    return [reason_sentence(code) for code in assessment.get("reasons", [])]


def shown(row: Application) -> dict[str, Any]:
    """Return the facts of an application as its page shows them: number and card masked."""
    card = row.payee_card.reveal() if row.payee_card else ""
    number = row.payee_id_no.reveal() if row.payee_id_no else ""
    return {
        "aid": CODE_LISTS["aid"].label(row.aid),
        "mode": CODE_LISTS["aid_mode"].label(row.mode),
        "group": CODE_LISTS["warmth_group"].label(row.group) if row.group else "",
        "stage": CODE_LISTS["aid_stage"].label(row.stage) if row.stage else "",
        "loss": CODE_LISTS["loss_kind"].label(row.loss_kind) if row.loss_kind else "",
        "campaign": CODE_LISTS["campaign"].label(row.campaign) if row.campaign else "",
        "capitals": rmb_capitals(row.amount_fen),
        "card": mask_card(card) if card else "",
        "id_no": mask_id_no(number) if number else "",
        "payee_is_sound": row.payee_state == PayeeState.SOUND,
        "meetings": [
            {**one, "name": _("主席办公会") if one["kind"] == "chair" else _("党组会")}
            for one in row.meetings
        ],
    }


def actions_of(row: Application, *, actor: Actor) -> list[dict[str, Any]]:
    """Return the buttons of an application for whoever looks, without those that they may not press as a person."""
    found = []
    for action in AID_FLOW.actions_from(row.state, actor=actor):
        if action in {"pass", "ask_above", "leave_out", "put_back"}:
            continue
        own = actor.user_id == row.entered_by_id
        deciding = AID_FLOW.steps[action].capability != "aid.edit"
        if own and deciding and action != "return":
            continue
        name = "review" if action == "bring" else action
        label = _("审核") if action == "bring" else AID_FLOW.steps[action].label
        found.append({"name": name, "label": label, "tone": AID_FLOW.steps[action].tone})
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many applications with so many fen."""

    n: int = 0
    fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRow:
    """How far a station, with all below it, is with a campaign: what whoever called it asks after.

    ``open`` is everything between the list and the decision; ``off`` was left out, refused or withdrawn. ``is_owing``
    says that its list is not in, ``is_empty`` that it reported that nobody there fits - ``nobody`` of its
    ``stations`` did, where it is not all of them -, ``chased`` how it was urged on.
    """

    name: str
    code: str
    word: Text
    tone: Tone
    listed: Share
    open: Share
    off: Share
    approved: Share
    batched: Share
    paid: Share
    counted_at: datetime | None = None
    is_owing: bool = False
    is_empty: bool = False
    nobody: int = 0
    stations: int = 0
    chased: Chased | None = None


_OF_COLUMN: Mapping[str, tuple[AidState, ...]] = {
    "listed": (AidState.PROPOSED,),
    "open": (
        AidState.DRAFT, AidState.SUBMITTED, AidState.ELIGIBILITY, AidState.REVIEWING, AidState.ASKED_ABOVE,
        AidState.MEETING, AidState.PARTY_GROUP, AidState.NOTICE, AidState.OBJECTION, AidState.RETURNED,
    ),
    "off": (AidState.LEFT_OUT, AidState.REFUSED, AidState.WITHDRAWN),
    "approved": (AidState.APPROVED,),
    "batched": (AidState.BATCHED,),
    "paid": (AidState.PAID, AidState.FED_BACK, AidState.CLOSED),
}  # fmt: skip


def standing_rows(
    stations: Iterable[StationProgress], chased: Mapping[int, Chased] | None = None
) -> list[StandingRow]:
    """Show how far stations are with a campaign: who has not begun first, who is through last."""
    known = chased or {}
    rows = [
        _standing(
            one.name,
            one.counts,
            code=one.code,
            counted_at=one.counted_at,
            chased=known.get(one.station_id),
            is_empty=one.is_empty,
            nobody=0 if one.is_empty else one.nobody,
            stations=one.stations,
        )
        for one in stations
    ]
    return sorted(rows, key=lambda row: (_URGENCY[row.tone], row.code))


def standing_total(stations: Iterable[StationProgress]) -> StandingRow | None:
    """Add up how far stations are; None as long as nobody is on any list."""
    total: dict[str, tuple[int, int]] = {}
    for one in stations:
        for state, (n, fen) in one.counts.items():
            known = total.get(state, (0, 0))
            total[state] = (known[0] + n, known[1] + fen)
    is_anybody = any(n for n, _fen in total.values())
    return _standing(_("合计"), total) if is_anybody else None


_URGENCY: Mapping[Tone, int] = {"bad": 0, "wait": 1, "info": 2, "ok": 3, "mute": 4}


def _standing(
    name: str,
    counts: Mapping[str, tuple[int, int]],
    *,
    code: str = "",
    counted_at: datetime | None = None,
    chased: Chased | None = None,
    is_empty: bool = False,
    nobody: int = 0,
    stations: int = 0,
) -> StandingRow:
    shares = {
        column: Share(
            n=sum(counts.get(state, (0, 0))[0] for state in states),
            fen=sum(counts.get(state, (0, 0))[1] for state in states),
        )
        for column, states in _OF_COLUMN.items()
    }
    word, tone = _how_far(shares, is_empty=is_empty)
    return StandingRow(
        name=name,
        code=code,
        word=word,
        tone=tone,
        counted_at=counted_at,
        is_owing=is_list_owing(counts, is_empty=is_empty),
        is_empty=is_empty,
        nobody=nobody,
        stations=stations,
        chased=chased,
        **shares,
    )


def _how_far(shares: Mapping[str, Share], *, is_empty: bool) -> tuple[Text, Tone]:
    if is_empty:
        return _("无符合条件对象"), "ok"
    if not any(share.n for share in shares.values()):
        return _("未拟定名单"), "bad"
    if shares["listed"].n:
        return _("名单未报齐"), "wait"
    if shares["open"].n:
        return _("办理中"), "wait"
    if shares["approved"].n or shares["batched"].n:
        return _("待发放"), "info"
    return _("已办完"), "ok"
