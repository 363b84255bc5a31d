"""Take in a list of cards and certificates that were issued on paper, whole: they stand from today in the register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import blind_index
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.identity import NumberRefused, parse_id_no
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.rollup.services import record_facts
from tenant_apps.benefits.card_sheet import CardLine, read_cards, row_problem
from tenant_apps.benefits.errors import NoCardRows
from tenant_apps.benefits.flow import CHECKS
from tenant_apps.benefits.indicators import facts_of_card
from tenant_apps.benefits.models import Card, CardState
from tenant_apps.benefits.selectors import CARD
from tenant_apps.benefits.services.carding import OPEN_STATES, a_year_after
from tenant_apps.casework.services import record_event
from tenant_apps.households.models import COUNTED_STATES, HouseholdFile
from tenant_apps.imports.sheets import sheets_of


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The cards that were taken in, and what was wrong with the rows that were left out."""

    cards: tuple[Card, ...]
    problems: tuple[Problem, ...]


def take_in_cards(
    data: bytes, *, filename: str, leave_out_bad: bool = False, actor: Actor, now: datetime
) -> TakenIn:
    """Take in a workbook or CSV of cards: nothing is kept while a row is wrong, unless such rows are to be left out.

    Whoever issues cards takes the list in. A card stands from today: months that were reported stay as they were.

    Raises:
        NotPermitted: the actor may not.
        WorkbookRefused: the upload is no workbook, or not to be trusted.
        CardHeadingsMissing: it has not the columns of such a list.
        InvalidInput: rows are wrong; every one is listed. B301-B304 as ``read_cards`` · B305 no such household
            on file · B306 the number is taken · B307 the household has such a card · B308 it has expired.
        NoCardRows: no row is left.
    """
    actor.require(CHECKS)
    today = clock.local_day(now)
    read = read_cards(next(iter(sheets_of(data, filename).values())), today=today)
    with transaction.atomic():
        cards, problems = _judged(read.lines, actor=actor, today=today)
        problems = sorted([*read.problems, *problems], key=lambda one: one.row or 0)
        if problems and not leave_out_bad:
            raise InvalidInput(problems)
        if not cards:
            raise NoCardRows
        for card in cards:
            card.save(force_insert=True)
            record_event(
                subject=(CARD, card.pk), action="take_in", from_state="", to_state=card.state,
                comment=kept(gettext_lazy("证卡名单导入")), actor=actor, now=now,
            )  # fmt: skip
        record_facts([fact for card in cards for fact in facts_of_card(card)], now=now)
        record(
            event="card.list_taken_in",
            actor=actor,
            subject=("station", current_station().id),
            data={"cards": len(cards), "left_out": len({one.row for one in problems})},
            now=now,
        )
    return TakenIn(tuple(cards), tuple(problems))


def _judged(
    lines: Iterable[CardLine], *, actor: Actor, today: date
) -> tuple[list[Card], list[Problem]]:
    lines = list(lines)
    files = _files_named({line.who for line in lines})
    keys = [file.pk for file in files.values()]
    there = set(
        Card.objects.filter(file_id__in=keys, state__in=OPEN_STATES).values_list("file_id", "kind")
    )
    taken = _numbers_taken(lines)
    cards: list[Card] = []
    problems: list[Problem] = []
    for line in lines:
        file = files.get(line.who)
        wrong = _wrong_with(line, file, there, taken, today=today)
        if wrong is not None or file is None:
            problems += [wrong] if wrong is not None else []
            continue
        there.add((file.pk, line.kind))
        taken.add((line.kind, line.number))
        cards.append(_card(line, file, actor=actor, today=today))
    return cards, problems


def _wrong_with(
    line: CardLine,
    file: HouseholdFile | None,
    there: set[tuple[UUID, str]],
    taken: set[tuple[str, str]],
    *,
    today: date,
) -> Problem | None:
    kind = CODE_LISTS["card_kind"].label(line.kind)
    if file is None:
        message = _("没有这个在档户。请核对档案编号或身份证号；未建档的先建档、后发证。")
        return row_problem(line.row, "who", message, "B305")
    if (line.kind, line.number) in taken:
        message = _("“%(kind)s”编号 %(number)s 已被使用或在文件中重复，请核对证卡上的编号。")
        said = message % {"kind": kind, "number": line.number}
        return row_problem(line.row, "number", said, "B306")
    if (file.pk, line.kind) in there:
        message = _("该户已有“%(kind)s”或在文件中重复，请删去这一行；遗失补办的在证卡页面办理。")
        return row_problem(line.row, "kind", message % {"kind": kind}, "B307")
    if _valid_to(line) < today:
        message = _("已于 %(day)s 到期。已年检的请在“有效期至”填写年检后的日期，未年检的不导入。")
        said = message % {"day": _valid_to(line)}
        return row_problem(line.row, "valid_to", said, "B308")
    return None


def _card(line: CardLine, file: HouseholdFile, *, actor: Actor, today: date) -> Card:
    return Card(
        kind=line.kind,
        number=line.number,
        state=CardState.ACTIVE,
        file_id=file.pk,
        file_no=file.file_no,
        holder_name=file.name,
        subject=bytes(file.id_no_hash) if file.id_no_hash else None,
        goods=list(line.goods),
        applied_on=line.issued_on,
        issued_on=line.issued_on,
        valid_to=_valid_to(line),
        checked_on=line.issued_on,
        standing_days=[today],
        made_by_id=actor.user_id,
        made_by=actor.name,
    )


def _valid_to(line: CardLine) -> date:
    return line.valid_to or a_year_after(line.issued_on)


def _numbers_taken(lines: Iterable[CardLine]) -> set[tuple[str, str]]:
    numbers = {line.number for line in lines}
    now = Card.objects.filter(number__in=numbers).values_list("kind", "number")
    before = Card.objects.filter(former_numbers__overlap=list(numbers)).values_list(
        "kind", "former_numbers"
    )
    return set(now) | {(kind, number) for kind, former in before for number in former}


def _files_named(names: set[str]) -> dict[str, HouseholdFile]:
    """The households on file by what was typed: a number of a file, or an identity number; locked by their keys."""
    hashes = {}
    for name in names:
        try:
            hashes[blind_index(parse_id_no(name).number, purpose="id_no")] = name
        except NumberRefused:
            continue
    rows = HouseholdFile.objects.select_for_update().filter(state__in=COUNTED_STATES).order_by("pk")
    found = {file.file_no: file for file in rows.filter(file_no__in=names)}
    by_number = rows.filter(id_no_hash__in=list(hashes))
    return found | {
        hashes[bytes(file.id_no_hash)]: file for file in by_number if file.id_no_hash is not None
    }
