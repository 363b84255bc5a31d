"""Post messages to other stations, and decide what becomes of those that were parked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from bangfu.kernel.actors import Actor
from bangfu.kernel.canonical import as_json, canonical_json
from bangfu.kernel.crypto import sm3
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station, in_network, station_in_force
from shared_apps.audit.services import record
from shared_apps.exchange import doorbell
from shared_apps.exchange.errors import (
    NothingAsked,
    NotParked,
    OtherBodyUnderKey,
    ReasonNeeded,
    SecondPersonNeeded,
)
from shared_apps.exchange.models import (
    EffectState,
    ExternalEffect,
    Message,
    MessageState,
    Stream,
    Wish,
)

NAMESPACE = uuid5(NAMESPACE_URL, "urn:bangfu:message")
_AT_ONCE = 1_000


def post(
    *,
    kind: str,
    recipient: int,
    stream: str,
    key: str,
    body: Mapping[str, Any],
    now: datetime,
) -> Message:
    """Send ``body`` to the station ``recipient``, in the transaction of the act that causes it.

    The same ``key`` from the same station is the same message: posting it again returns the first one.
    Messages of one ``stream`` to one recipient arrive in the order in which they were posted; the
    stream stays locked until the commit, so take other locks first. Five statements.

    Raises:
        OtherBodyUnderKey: the key was used before for something else.
        TransactionManagementError: there is no transaction to belong to.
    """
    _need_transaction()
    sender = current_station()
    message_id = message_key(sender.id, recipient, kind, key)
    content = as_json(dict(body))
    digest = sm3(canonical_json(content))
    line = _locked_stream(sender.id, recipient, stream)
    known = _sent_before({message_id: digest}, name=f"{kind} {key}")
    if known:
        return known[message_id]
    line.last_seq += 1
    line.save(update_fields=["last_seq"])
    return _write(
        message_id, line=line, seq=line.last_seq, kind=kind, body=content, digest=digest, now=now
    )


def post_to_each(
    *,
    kind: str,
    stream: str,
    key: str,
    bodies: Mapping[int, Mapping[str, Any]],
    now: datetime,
) -> list[Message]:
    """Send each recipient its own body, as ``post`` does for one; seven statements however many there are.

    Returns what was not sent before. The streams stay locked until the commit, locked in the order of recipients.

    Raises:
        OtherBodyUnderKey, TransactionManagementError: as ``post``.
    """
    _need_transaction()
    sender = current_station().id
    contents = {recipient: as_json(dict(body)) for recipient, body in sorted(bodies.items())}
    lines = _locked_streams(sender, contents, stream)
    digests = {
        message_key(sender, recipient, kind, key): sm3(canonical_json(content))
        for recipient, content in contents.items()
    }
    known = _sent_before(digests, name=f"{kind} {key}")
    sent = []
    for (message_id, digest), (recipient, content) in zip(
        digests.items(), contents.items(), strict=True
    ):
        if message_id in known:
            continue
        line = lines[recipient]
        line.last_seq += 1
        sent.append(
            _message(
                message_id,
                line=line,
                seq=line.last_seq,
                kind=kind,
                body=content,
                digest=digest,
                now=now,
            )
        )
    Stream.objects.bulk_update(
        [lines[one.recipient_id] for one in sent], ["last_seq"], batch_size=_AT_ONCE
    )
    Message.objects.bulk_create(sent, batch_size=_AT_ONCE)
    for one in sent:
        transaction.on_commit(partial(doorbell.ring, one.recipient_id))
    return sent


def post_lost_again(
    *,
    kind: str,
    recipient: int,
    stream: str,
    key: str,
    body: Mapping[str, Any],
    now: datetime,
) -> Message:
    """Put a message that vanished from the table back into the place it had in its stream.

    Only for healing a break: the caller knows from its own record that it was posted. When nothing is
    missing from the stream it behaves as ``post``.
    """
    _need_transaction()
    sender = current_station()
    message_id = message_key(sender.id, recipient, kind, key)
    line = _locked_stream(sender.id, recipient, stream)
    present = set(
        Message.objects.filter(
            sender_id=sender.id, recipient_id=recipient, stream=stream
        ).values_list("seq", flat=True)
    )
    gaps = [seq for seq in range(1, line.last_seq + 1) if seq not in present]
    if not gaps or Message.objects.filter(pk=message_id).exists():
        return post(kind=kind, recipient=recipient, stream=stream, key=key, body=body, now=now)
    content = as_json(dict(body))
    return _write(
        message_id,
        line=line,
        seq=gaps[0],
        kind=kind,
        body=content,
        digest=sm3(canonical_json(content)),
        now=now,
    )


def post_what_is_lost(letters: Iterable[Mapping[str, Any]], *, now: datetime) -> bool:
    """Put those letters that vanished from the table back into their streams, in their order.

    A letter is what ``post`` is given, but for the time. False where all are there.
    """
    sender = current_station().id
    lost = [
        letter
        for letter in letters
        if not Message.objects.filter(
            pk=message_key(sender, letter["recipient"], letter["kind"], letter["key"])
        ).exists()
    ]
    for letter in lost:
        post_lost_again(**letter, now=now)
    return bool(lost)


def message_key(sender_id: int, recipient_id: int, kind: str, key: str) -> UUID:
    """Return the key of the message that this business key makes."""
    return uuid5(NAMESPACE, f"{sender_id}|{recipient_id}|{kind}|{key}")


@transaction.atomic
def ask_for(message_id: UUID, *, wish: Wish, reason: str, actor: Actor, now: datetime) -> Message:
    """Ask that a parked message be sent again or discarded; somebody else has to confirm.

    Raises:
        NotFound: the message is not the actor's station's to see.
        NotParked: it is on its way, or arrived.
        ReasonNeeded: ``reason`` is empty.
    """
    actor.require("message.operate")
    if not reason.strip():
        raise ReasonNeeded
    message = _locked_parked(message_id)
    message.wish = wish
    message.wish_reason = reason.strip()
    message.wished_by_id = actor.user_id
    message.wished_by_name = actor.name
    _save(message, "wish", "wish_reason", "wished_by_id", "wished_by_name")
    record(
        event=f"message.{wish}_asked",
        actor=actor,
        subject=("message", message.pk),
        data={"kind": message.kind, "stream": message.stream, "reason": message.wish_reason},
        now=now,
    )
    return message


@transaction.atomic
def confirm_wish(message_id: UUID, *, actor: Actor, now: datetime) -> Message:
    """Do what a first person asked for a parked message.

    Raises:
        NotFound: the message is not the actor's station's to see.
        NotParked: it is on its way, or arrived.
        NothingAsked: nobody asked.
        SecondPersonNeeded: the actor asked.
    """
    actor.require("message.operate")
    message = _locked_parked(message_id)
    if not message.wish:
        raise NothingAsked
    if message.wished_by_id == actor.user_id:
        raise SecondPersonNeeded
    wish = Wish(message.wish)
    if wish == Wish.REPLAY:
        message.state = MessageState.NEW
        message.attempts = 0
        message.lease_until = None
    else:
        message.state = MessageState.DISCARDED
        message.done_at = now
    asked_by, reason = message.wished_by_name, message.wish_reason
    message.wish = ""
    message.wished_by_id = None
    message.wished_by_name = ""
    _save(
        message,
        "state",
        "attempts",
        "lease_until",
        "done_at",
        "wish",
        "wished_by_id",
        "wished_by_name",
    )
    with in_network():
        Message.objects.filter(pk=message.pk).update(next_at=Now())
    record(
        event=f"message.{wish}_confirmed",
        actor=actor,
        subject=("message", message.pk),
        data={
            "kind": message.kind,
            "stream": message.stream,
            "asked_by": asked_by,
            "reason": reason,
        },
        now=now,
    )
    transaction.on_commit(lambda: doorbell.ring(message.recipient_id))
    return message


def begin_effect(key: str, *, now: datetime) -> bool:
    """Reserve an effect outside the database; False when it was begun before.

    Commits at once: call it outside a transaction, do the effect, then ``end_effect``.
    """
    station = station_in_force()
    try:
        with transaction.atomic():
            ExternalEffect.objects.create(
                key=key, station_id=station.id if station else None, at=now
            )
    except IntegrityError:
        return False
    return True


def end_effect(key: str, state: EffectState, *, detail: str = "", now: datetime) -> None:
    """Note what became of an effect that ``begin_effect`` reserved."""
    ExternalEffect.objects.filter(key=key).update(state=state, detail=detail[:300], at=now)


def _need_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "a message belongs to the transaction of the act that causes it"
        )


def _locked_stream(sender_id: int, recipient_id: int, name: str) -> Stream:
    place = {"sender_id": sender_id, "recipient_id": recipient_id, "name": name}
    line = Stream.objects.select_for_update().filter(**place).first()
    if line is None:
        Stream.objects.bulk_create([Stream(**place)], ignore_conflicts=True)
        line = Stream.objects.select_for_update().get(**place)
    return line


def _locked_streams(sender_id: int, recipients: Iterable[int], name: str) -> dict[int, Stream]:
    wanted = [
        Stream(sender_id=sender_id, recipient_id=recipient, name=name) for recipient in recipients
    ]
    Stream.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=_AT_ONCE)
    place = {"sender_id": sender_id, "name": name}
    keys = [line.recipient_id for line in wanted]
    lines = Stream.objects.select_for_update().filter(**place, recipient_id__in=keys)
    return {line.recipient_id: line for line in lines.order_by("recipient_id")}


def _sent_before(digests: Mapping[UUID, bytes], *, name: str) -> dict[UUID, Message]:
    """Return those of the messages that were sent before, each of which has to say what it said then."""
    known = Message.objects.in_bulk(list(digests))
    if any(bytes(message.digest) != digests[key] for key, message in known.items()):
        raise OtherBodyUnderKey(name)
    return known


def _write(message_id: UUID, **says: Any) -> Message:
    message = _message(message_id, **says)
    message.save(force_insert=True)
    transaction.on_commit(lambda: doorbell.ring(message.recipient_id))
    return message


def _message(
    message_id: UUID,
    *,
    line: Stream,
    seq: int,
    kind: str,
    body: dict[str, Any],
    digest: bytes,
    now: datetime,
) -> Message:
    return Message(
        id=message_id,
        stream=line.name,
        seq=seq,
        kind=kind,
        sender_id=line.sender_id,
        recipient_id=line.recipient_id,
        body=body,
        digest=digest,
        next_at=Now(),
        posted_at=now,
    )


def _locked_parked(message_id: UUID) -> Message:
    # Seen with the eyes of the realm in force; changed by the network, since a recipient may not write.
    if not Message.objects.filter(pk=message_id).exists():
        raise NotFound
    with in_network():
        message = Message.objects.select_for_update().get(pk=message_id)
    if message.state != MessageState.PARKED:
        raise NotParked
    return message


def _save(message: Message, *fields: str) -> None:
    with in_network():
        message.save(update_fields=fields)
