"""The work lists of files, and why a payout to a household has to wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound, Text
from bangfu.kernel.tenancy import current_station
from shared_apps.exchange.relay import RECEIVING
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.households.models import (
    COUNTED_STATES,
    TRANSFER_UNDER_WAY,
    FileState,
    HouseholdFile,
    HouseholdRecheck,
    HouseholdRound,
    HouseholdTransfer,
    HouseholdVersion,
    RecheckKind,
    RecheckState,
    TransferRole,
    TransferState,
)
from tenant_apps.households.services.stepping import months_after
from tenants.selectors import open_stations

Helped = Callable[[], QuerySet[Any, Any]]
Blocker = Callable[[HouseholdFile, date], "Blocked | None"]
# How far the files of a list are counted that nobody looks at.
MOST_COUNTED = 1_000
_TO_DO = (RecheckState.DUE, RecheckState.FILLING)
_SENT = (RecheckState.SENT, RecheckState.EXITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """One reason why nothing is paid to a household now."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkList:
    """One list of work: its name in addresses, its title, and what to do when it is empty."""

    name: str
    title: Text
    hint: Text
    is_of_rechecks: bool


LISTS = {
    one.name: one
    for one in (
        WorkList(
            name="due",
            title=_("待复核"),
            hint=_("每季度开始时，在档的每一户会列在这里；家庭情况有变化的随时列入。"),
            is_of_rechecks=True,
        ),
        WorkList(
            name="overdue",
            title=_("逾期未复核"),
            hint=_("没有逾期的复核。逾期未复核的档案暂停发放。"),
            is_of_rechecks=True,
        ),
        WorkList(
            name="sent",
            title=_("已上报待决定"),
            hint=_("已上报的复核和退出会列在这里，直到上级中心作出决定。"),
            is_of_rechecks=True,
        ),
        WorkList(
            name="redeclare",
            title=_("需重新申报"),
            hint=_("建档或上次申报满规定月数的档案会列在这里。"),
            is_of_rechecks=True,
        ),
        WorkList(
            name="exits",
            title=_("退出核查"),
            hint=_("上一期退出的档案按比例随机抽取，列在这里核查。"),
            is_of_rechecks=True,
        ),
        WorkList(
            name="unchanged",
            title=_("超一年未变更"),
            hint=_("没有超过一年未变更的在档档案。"),
            is_of_rechecks=False,
        ),
        WorkList(
            name="never_helped",
            title=_("建档未帮扶"),
            hint=_("在档的每一户都得到过帮扶。"),
            is_of_rechecks=False,
        ),
        WorkList(
            name="nat_entry",
            title=_("全国系统未录入"),
            hint=_("在档的每一户都已登记全国系统录入日期。"),
            is_of_rechecks=False,
        ),
    )
}


_helped: list[Helped] = []
_blockers: list[Blocker] = []


def tell_helped_by(helped: Helped) -> None:
    """Let an app above say which files it ever helped: a query of their keys, none of them null."""
    if helped not in _helped:
        _helped.append(helped)


def block_payouts_by(blocker: Blocker) -> None:
    """Let an app above name a further reason why nothing is paid; the same one is asked once."""
    if blocker not in _blockers:
        _blockers.append(blocker)


def rechecks_to_do(name: str, *, on: date) -> QuerySet[HouseholdRecheck]:
    """The re-checks on a list of work with their files, those due first."""
    rechecks = HouseholdRecheck.objects.select_related("file").order_by("due_on", "id")
    return rechecks.filter(_rechecks_of(on)[name])


def files_to_do(name: str, *, on: date) -> QuerySet[HouseholdFile]:
    """The files on a list of work, those that wait longest first."""
    files = HouseholdFile.objects.filter(state__in=COUNTED_STATES).order_by("on_file_on", "id")
    if name == "unchanged":
        # A file has a version of the day it came on file, so one that has none since came on file before.
        limit = months_after(on, -12)
        later = HouseholdVersion.objects.filter(file_id=OuterRef("pk"), effective_on__gt=limit)
        return files.filter(~Exists(later), on_file_on__lte=limit)
    if name == "nat_entry":
        return files.filter(nat_entry_on__isnull=True)
    for helped in _helped:
        files = files.exclude(pk__in=helped())
    return files


def count_work(*, on: date, whole: str = "") -> dict[str, int]:
    """How much is on each list of work. One statement for all re-checks, and one for each list of files.

    Files are counted to the end on the list named ``whole`` alone; on any other, more than ``MOST_COUNTED`` are
    one more than that.
    """
    counted: dict[str, int] = HouseholdRecheck.objects.filter(
        state__in=[*_TO_DO, *_SENT]
    ).aggregate(**{name: Count("pk", filter=fits) for name, fits in _rechecks_of(on).items()})
    return {
        name: counted[name]
        if one.is_of_rechecks
        else _count_files(name, on=on, whole=whole == name)
        for name, one in LISTS.items()
    }


def _count_files(name: str, *, on: date, whole: bool) -> int:
    files = files_to_do(name, on=on).order_by()
    return files.count() if whole else files[: MOST_COUNTED + 1].count()


def _rechecks_of(on: date) -> dict[str, Q]:
    """Say which re-checks are on each list."""
    waits = Q(state__in=_TO_DO)
    return {
        "due": waits & ~Q(kind__in=[RecheckKind.REDECLARE, RecheckKind.EXIT_CHECK]),
        "overdue": waits & Q(due_on__lt=on),
        "sent": Q(state__in=_SENT),
        "redeclare": waits & Q(kind=RecheckKind.REDECLARE),
        "exits": waits & Q(kind=RecheckKind.EXIT_CHECK),
    }


def payout_blocked(file: HouseholdFile, *, on: date) -> list[Blocked]:
    """Say why nothing may be paid to a household now; an empty list where it may.

    An overdue re-check, a file that is not on file, an exit or a transfer that runs, and what the apps
    above add (a withdrawn consent). Source: domain §3.4, peers: an overdue review stops payout.
    """
    reasons = []
    if file.state == FileState.EXIT_NOTICE:
        reasons.append(Blocked(code="exit-running", label=_("正在办理退出")))
    elif file.state == FileState.TRANSFERRING:
        reasons.append(Blocked(code="transfer-running", label=_("正在转移档案")))
    elif file.state not in {FileState.ON_FILE, FileState.RECHECKING}:
        reasons.append(Blocked(code="not-on-file", label=_("不在档")))
    overdue = HouseholdRecheck.objects.filter(file=file, state__in=_TO_DO, due_on__lt=on)
    if overdue.exclude(kind=RecheckKind.EXIT_CHECK).exists():
        reasons.append(Blocked(code="recheck-overdue", label=_("复核逾期")))
    if HouseholdRecheck.objects.filter(
        file=file, state=RecheckState.SENT, proposal="exit"
    ).exists():
        reasons.append(Blocked(code="exit-proposed", label=_("已提出退出，待中心审核")))
    reasons += [found for blocker in _blockers if (found := blocker(file, on)) is not None]
    return reasons


def transfers_to_show(*, waiting: bool) -> QuerySet[HouseholdTransfer]:
    """The transfers of the station, newest first: those under way, or all."""
    transfers = HouseholdTransfer.objects.order_by("-offered_at", "role")
    if not waiting:
        return transfers
    return transfers.filter(Q(state__in=TRANSFER_UNDER_WAY))


def count_transfers_to_decide() -> int:
    """How many transfers wait for a decision of the station in force."""
    return HouseholdTransfer.objects.filter(
        Q(role=TransferRole.TAKING, state=TransferState.OFFERED)
        | Q(role=TransferRole.CONFIRMING, state=TransferState.ACCEPTED)
    ).count()


def transfers_of(file_id: UUID) -> list[HouseholdTransfer]:
    """The transfers of one file as this station saw them, newest first."""
    return list(
        HouseholdTransfer.objects.filter(file_id=file_id)
        .exclude(role=TransferRole.CONFIRMING)
        .order_by("-offered_at")
    )


def rechecks_of(file: HouseholdFile) -> list[HouseholdRecheck]:
    """The re-checks of one file, newest first."""
    return list(HouseholdRecheck.objects.filter(file=file).order_by("-due_on", "-id"))


def files_linked_to(file: HouseholdFile) -> list[HouseholdFile]:
    """The file of the same household before this one, and those that came after it."""
    keys = Q(former_id=file.pk)
    if file.former_id:
        keys |= Q(pk=file.former_id)
    return list(HouseholdFile.objects.filter(keys).exclude(pk=file.pk).order_by("id"))


def exit_months(*, on: date) -> int:
    """How many monthly incomes in a row an exit from hardship has to show."""
    months: int = rule_in_force("exit.months", station=current_station(), on=on).value
    return months


def stations_to_offer() -> list[tuple[str, str]]:
    """The stations a file can be moved to from the one in force: code and name, by code."""
    own = current_station()
    return list(
        open_stations()
        .filter(state__in=RECEIVING)
        .exclude(pk=own.id)
        .order_by("code")
        .values_list("code", "name")
    )


def round_door(round_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the work lists, for what casework keeps of a round.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require("file.view")
    return _present(HouseholdRound.objects.filter(pk=round_id).first())


def transfer_door(row_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the transfers, for what casework keeps of one.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require("file.view")
    return _present(HouseholdTransfer.objects.filter(pk=row_id).first())


def _present(row: object | None) -> object:
    if row is None:
        raise NotFound
    return row
