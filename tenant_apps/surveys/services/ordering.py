"""Orders to draw: a station has every station of its subtree draw its own sample, and takes back what nobody answered.

The order goes down by message, one to each station; each draws by its own service from its own households, and what
it did is read above in numbers alone (``OrderPart``, ``Sample``). No household leaves its station.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from bangfu.kernel.tenancy import StationRef, current_station
from shared_apps.audit.services import record
from shared_apps.evaluations.models import Order, OrderPart, Outcome, Sample
from shared_apps.exchange.services import post_to_each, post_what_is_lost
from shared_apps.notifications.services import notify
from shared_apps.programmes.selectors import programmes_of_year
from tenant_apps.casework.services import open_todo
from tenant_apps.surveys.errors import DrawnAlready, NobodyAided, NobodyBelow, OrderedAlready
from tenant_apps.surveys.links import page_link
from tenant_apps.surveys.orders import (
    ORDERS,
    STREAM,
    aided_at_each,
    get_order,
    is_anybody_below,
    stations_asked,
)
from tenant_apps.surveys.rules import allotted, size_of
from tenant_apps.surveys.selectors import DRAWS, SUBJECT, TO_CALL, aided_households, own_samples
from tenant_apps.surveys.services.sampling import (
    MOST,
    draw_among,
    make_void,
    problem,
    problems_of,
    seed_of,
)

ASKED, RECALLED = "sample.asked", "sample.recalled"
MOST_TOGETHER = 100_000
_LONGEST_REASON = 200


@transaction.atomic
def order_samples(
    *,
    year: int,
    programme: str = "",
    number: int | None = None,
    percent: int | None = None,
    is_shared: bool = False,
    seed: str = "",
    actor: Actor,
    now: datetime,
) -> Order:
    """Have this station and every station below it draw: ``number`` or ``percent`` at each, or a number together.

    A number that ``is_shared`` is split by how many households each station aided in the year, as numbers were folded.

    Raises:
        NotPermitted: the actor may not.
        NobodyBelow: there is no station below.
        InvalidInput: V101 and V102 as for one sample; V107 no such programme in that year, V108 only a number can be
            shared, V109 it is less than there are stations that aided somebody.
        NobodyAided: a number is to be shared, and nobody was aided anywhere.
        OrderedAlready: an order of that year and programme stands.
    """
    actor.require(ORDERS)
    if actor.user_id is None:
        raise NotPermitted
    station = current_station()
    if not is_anybody_below(station):
        raise NobodyBelow
    problems = problems_of(year, number, percent, most=MOST_TOGETHER if is_shared else MOST)
    held = {} if problems else programmes_of_year(year, station=station)
    if not problems and programme and programme not in held:
        problems.append(problem("V107", "programme", _("这一年没有这个项目。")))
    if is_shared and percent is not None:
        problems.append(problem("V108", "percent", _("按比例抽取时各站各按比例，不用合计分配。")))
    if problems:
        raise InvalidInput(problems)
    asked = list(stations_asked(station).values_list("pk", flat=True))
    sizes: dict[str, int | None] = {str(key): number for key in asked}
    if is_shared and number is not None:
        sizes |= _shares(number, year, station, aid=held[programme].aid if programme else "")
    try:
        with transaction.atomic():
            order = Order.objects.create(
                station_id=station.id,
                year=year,
                programme=programme,
                number=number,
                percent=percent,
                is_shared=is_shared,
                seed=seed_of(seed),
                sizes=sizes,
                asked_by_id=actor.user_id,
                asked_by=actor.name,
                asked_at=now,
            )
    except IntegrityError:
        raise OrderedAlready from None
    _audited(order, ASKED, actor=actor, now=now, stations=len(sizes))
    _send([_asked_letter(order, key) for key in asked], follow_order, now=now)
    return order


@transaction.atomic
def take_back_order(order_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Order:
    """Take an order back: what nobody answered yet becomes void at each station, what was answered stays.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: it was taken back.
        InvalidInput: V106 no reason.
    """
    actor.require(ORDERS)
    order = get_order(order_id, actor=actor, lock=True)
    if order.back_at is not None:
        raise IllegalMove
    reason = reason.strip()[:_LONGEST_REASON]
    if not reason:
        raise InvalidInput([problem("V106", "reason", _("请写明收回的原因。"))])
    order.back_at, order.back_by, order.back_reason = now, actor.name, reason
    order.save(update_fields=["back_at", "back_by", "back_reason"])
    _audited(order, RECALLED, actor=actor, now=now, reason=reason)
    letters = [_recalled_letter(order, int(key)) for key in order.sizes]
    _send(letters, follow_recall, now=now)
    return order


def follow_order(body: Mapping[str, Any], *, now: datetime) -> None:
    """Draw what the station above asked for, and keep what came of it; safe to repeat."""
    if is_followed(body):
        return
    station = current_station()
    part = OrderPart(station_id=station.id, order_id=UUID(body["order"]), came_at=now)
    part.outcome, part.sample = _drawn_for(body, now=now)
    part.save(force_insert=True)
    if part.outcome != Outcome.DRAWN or part.sample is None:
        return
    told: dict[str, Any] = {
        "title": gettext_noop("回访上级统一抽取的 %(count)s 户（%(place)s，%(year)s 年）"),
        "params": {"count": part.sample.size, "place": body["place"], "year": body["year"]},
        "link": page_link("sample", part.sample.pk),
    }
    open_todo(subject=(SUBJECT, part.sample.pk), kind=TO_CALL, capability=DRAWS, now=now, **told)
    notify(
        station_id=station.id, capability=DRAWS, kind="sample", key=f"asked:{part.order_id}",
        now=now, **told,
    )  # fmt: skip


def follow_recall(body: Mapping[str, Any], *, now: datetime) -> None:
    """Make void what was drawn by an order and nobody answered yet; safe to repeat."""
    station = current_station()
    part, _is_new = OrderPart.objects.select_for_update().get_or_create(
        order_id=UUID(body["order"]),
        station_id=station.id,
        defaults={"outcome": Outcome.RECALLED, "came_at": now},
    )
    if part.recalled_at is not None:
        return
    part.recalled_at = now
    part.save(update_fields=["recalled_at"])
    if part.outcome != Outcome.DRAWN or part.sample_id is None:
        return
    sample = own_samples().select_for_update().get(pk=part.sample_id)
    if sample.void_on is not None or sample.left < sample.size:
        return
    by = Actor.system(body["by"], station=station)
    make_void(sample, reason=f"{body['place']}：{body['reason']}"[:200], actor=by, now=now)
    notify(
        station_id=station.id, capability=DRAWS, kind="sample", key=f"recalled:{part.order_id}",
        title=gettext_noop("上级收回了 %(year)s 年的统一抽样（%(place)s）"),
        params={"place": body["place"], "year": body["year"]}, body=body["reason"],
        link=page_link("sample", sample.pk), now=now,
    )  # fmt: skip


def is_followed(body: Mapping[str, Any]) -> bool:
    """Tell whether this station did what an order asks."""
    return _part(body) is not None


def is_recalled(body: Mapping[str, Any]) -> bool:
    """Tell whether this station knows that an order was taken back."""
    part = _part(body)
    return part is not None and part.recalled_at is not None


def send_again(order_id: UUID, recipient: int, *, now: datetime) -> bool:
    """Send once more what vanished of an order: that it was given, and that it was taken back."""
    order = Order.objects.filter(pk=order_id, station_id=current_station().id).first()
    if order is None or str(recipient) not in order.sizes:
        return False
    letters = [_asked_letter(order, recipient)]
    if order.back_at is not None:
        letters.append(_recalled_letter(order, recipient))
    return post_what_is_lost(letters, now=now)


def _shares(number: int, year: int, station: StationRef, *, aid: str) -> dict[str, int | None]:
    """Split a number over the stations that aided somebody; all others get none."""
    frame = aided_at_each(year, station=station, aid=aid)
    if not frame:
        raise NobodyAided
    if number < len(frame):
        words = _("有受助户的站点共 %(n)d 个，合计抽取户数不能少于这个数。") % {"n": len(frame)}
        raise InvalidInput([problem("V109", "number", words)])
    by_key = {str(key): count for key, count in frame.items()}
    given = allotted(by_key, min(number, sum(frame.values())))
    asked = stations_asked(station).values_list("pk", flat=True)
    return {str(key): given.get(str(key), 0) for key in asked}


def _drawn_for(body: Mapping[str, Any], *, now: datetime) -> tuple[Outcome, Sample | None]:
    year, programme = body["year"], body["programme"]
    standing = own_samples().filter(year=year, programme=programme, void_on=None)
    if sample := standing.first():
        return Outcome.STANDS, sample
    households = aided_households(year, programme)
    if not households:
        return Outcome.NOBODY, None
    size = size_of(len(households), number=body["number"], percent=body["percent"])
    if not size:
        return Outcome.NO_SHARE, None
    station = current_station()
    try:
        sample = draw_among(
            households,
            year=year,
            programme=programme,
            size=size,
            seed=f"{body['seed']}/{station.code}",
            asked_by=f"{body['place']} {body['by']}",
            actor=Actor.system(body["by"], station=station),
            now=now,
        )
    except DrawnAlready:
        # Somebody here drew at the same moment.
        return Outcome.STANDS, standing.get()
    return Outcome.DRAWN, sample


def _send(letters: Sequence[dict[str, Any]], follow: Callable[..., None], *, now: datetime) -> None:
    """Post a letter to each station; this one follows its own at once."""
    here = current_station().id
    bodies = {one["recipient"]: one["body"] for one in letters}
    follow(bodies.pop(here), now=now)
    same = {name: letters[0][name] for name in ("kind", "stream", "key")}
    post_to_each(**same, bodies=bodies, now=now)


def _part(body: Mapping[str, Any]) -> OrderPart | None:
    rows = OrderPart.objects.filter(order_id=UUID(body["order"]), station_id=current_station().id)
    return rows.first()


def _asked_letter(order: Order, recipient: int) -> dict[str, Any]:
    return _letter(
        order,
        recipient,
        ASKED,
        programme=order.programme,
        number=order.sizes[str(recipient)],
        percent=order.percent,
        seed=order.seed,
        by=order.asked_by,
    )


def _recalled_letter(order: Order, recipient: int) -> dict[str, Any]:
    return _letter(order, recipient, RECALLED, by=order.back_by, reason=order.back_reason)


def _letter(order: Order, recipient: int, kind: str, **says: object) -> dict[str, Any]:
    place = current_station().name
    body = {"order": str(order.pk), "year": order.year, "place": place, **says}
    return {
        "kind": kind,
        "recipient": recipient,
        "stream": f"{STREAM}:{order.pk}",
        "key": str(order.pk),
        "body": body,
    }


def _audited(order: Order, event: str, *, actor: Actor, now: datetime, **said: object) -> None:
    record(
        event=event,
        actor=actor,
        subject=("sample_order", order.pk),
        data={
            "year": order.year,
            "programme": order.programme,
            "number": order.number,
            "percent": order.percent,
            "is_shared": order.is_shared,
            "seed": order.seed,
            **said,
        },
        now=now,
    )
