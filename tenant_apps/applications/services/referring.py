"""An application that is handed on to another station, with its pictures: lost nowhere, doubled nowhere.

The pictures go ahead of the application, each as a message of its stream, so that they are there when it
arrives. The station that hands on keeps them until the other says that all has arrived; then they are
wiped. Source: NR10.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import seal, seal_bytes, unseal, unseal_bytes
from bangfu.kernel.tenancy import current_station
from shared_apps.exchange.models import Message
from shared_apps.exchange.services import message_key, post, post_lost_again
from tenant_apps.applications.errors import PicturesOnTheirWay, WrongDestination
from tenant_apps.applications.models import Application, ApplicationState, Channel
from tenant_apps.applications.selectors import SUBJECT, answers_of, destinations
from tenant_apps.applications.services.keeping import told, wait_for_clerk
from tenant_apps.applications.services.moving_on import advanced, checked_reason, decided
from tenant_apps.casework.models import Attachment
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.casework.services import attach, content_of, remove_attachment
from tenant_apps.households.mapping import number_hash
from tenant_apps.households.services import mark_paper
from tenants.selectors import station_with_code

REFERRED = "application.referred"
PICTURE = "application.picture"
ARRIVED = "application.arrived"
_PLACE = "applications.referral"


@transaction.atomic
def refer(
    application_id: UUID, *, to_code: str, reason: str, actor: Actor, now: datetime
) -> Application:
    """Hand an application on to the station that is to open the file, with its pictures.

    What was filled in travels sealed; the worker's code opens it there from then on.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        WrongDestination: the station is neither above, below nor beside this one.
        PicturesOnTheirWay: some that were handed on with it have not arrived yet.
        InvalidInput: no reason is given, or one that is too long.
    """
    application, before = advanced(application_id, "refer", actor=actor)
    target = next((one for one in destinations() if one.code == to_code), None)
    if target is None:
        raise WrongDestination
    if application.awaited:
        raise PicturesOnTheirWay
    application.reason = checked_reason(reason)
    application.went_to, application.went_to_code = target.name, target.code
    application.hop += 1
    decided(
        application,
        "refer",
        before=before,
        actor=actor,
        now=now,
        comment=f"{target.name}：{reason.strip()}",
        to=target.code,
    )
    recipient = station_with_code(target.code).pk
    for picture in attachments_of((SUBJECT, application.pk)):
        post(**_picture(application, picture, recipient), now=now)
    post(**_parcel(application, recipient), now=now)
    return application


@transaction.atomic
def take_picture(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> None:
    """Keep a picture that comes ahead of its application; once, and none of one that arrived before.

    One that vanished and comes late goes to the application, or to the file it has become.
    """
    key = UUID(body["application"])
    here = Application.objects.select_for_update().filter(pk=key).first()
    named = [body["kind"], body["digest"]]
    is_late = here is not None and here.hop == body["hop"] and named in here.awaited
    if here is not None and here.hop >= body["hop"] and not is_late:
        return
    actor = Actor.system(body["station"], station=current_station())
    content = unseal_bytes(base64.b64decode(body["sealed"]), place=_PLACE)
    upload = ContentFile(content, name=body["name"])
    if here is not None and is_late and here.file_id is not None:
        mark_paper(here.file_id, kind=body["kind"], upload=upload, actor=actor, now=now)
    elif here is None or not here.is_over:
        _kept(key, body["kind"], body["digest"], upload, actor=actor, now=now)
    if here is not None and is_late:
        here.awaited = [one for one in here.awaited if one != named]
        here.save(update_fields=["awaited"])
        if not here.awaited:
            _say_arrived(here, sender_id, now=now)


@transaction.atomic
def receive(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> None:
    """Put an application that another station handed on on the desk here; safe to repeat."""
    key = UUID(body["application"])
    application = Application.objects.select_for_update().filter(pk=key).first()
    if application is not None and application.hop >= body["hop"]:
        return
    before = ""
    if application is None:
        application = Application(
            pk=key, made_at=datetime.fromisoformat(body["made_at"]), changed_at=now
        )
    else:
        before = application.state
    actor = Actor.system(body["station"], station=current_station())
    application.state = ApplicationState.SENT
    application.channel = Channel.REFERRED
    application.code_hash = base64.b64decode(body["code"])
    application.answers = unseal(base64.b64decode(body["sealed"]), place=_PLACE)
    given = answers_of(application).draft.id_no
    application.id_no_hash = number_hash(given) if given else None
    application.hop = body["hop"]
    application.came_from = body["station"]
    application.reason = application.went_to = application.went_to_code = ""
    application.sent_at = application.changed_at = now
    application.awaited = _missing(key, body.get("pictures", ()), actor=actor, now=now)
    application.save()
    if not application.awaited:
        _say_arrived(application, sender_id, now=now)
    wait_for_clerk(application, now=now)
    told(application, "arrive", before=before, actor=actor, comment=body["reason"], now=now)


@transaction.atomic
def wipe_pictures(body: Mapping[str, Any], *, now: datetime) -> None:
    """Wipe the pictures of an application that arrived elsewhere; not of one that has come back."""
    application = (
        Application.objects.select_for_update()
        .filter(pk=UUID(body["application"]), state=ApplicationState.REFERRED, hop=body["hop"])
        .first()
    )
    if application is None:
        return
    actor = Actor.system(application.went_to, station=current_station())
    for picture in attachments_of((SUBJECT, application.pk)):
        remove_attachment(picture.pk, actor=actor, now=now)


@transaction.atomic
def send_again(application_id: UUID, *, recipient: int, now: datetime) -> bool:
    """Post once more what vanished of an application that was handed on, into its old place.

    The station that received it says once more that it has arrived. False where nothing of it vanished
    between the two stations.
    """
    application = Application.objects.select_for_update().filter(pk=application_id).first()
    if application is None:
        return False
    if application.state != ApplicationState.REFERRED:
        return _say_arrived_again(application, recipient, now=now)
    if station_with_code(application.went_to_code).pk != recipient:
        return False
    letters = [
        *(
            _picture(application, picture, recipient)
            for picture in attachments_of((SUBJECT, application.pk))
        ),
        _parcel(application, recipient),
    ]
    lost = [letter for letter in letters if not _is_there(letter)]
    for letter in lost:
        post_lost_again(**letter, now=now)
    return bool(lost)


def _missing(
    key: UUID, brought: Sequence[Sequence[str]], *, actor: Actor, now: datetime
) -> list[list[str]]:
    """Say which of the pictures an application brings are not here yet.

    One that comes back may meet pictures that were taken off it while it was away: they go.
    """
    wanted = [list(one) for one in brought]
    here = []
    for picture in attachments_of((SUBJECT, key)):
        named = _name_of(picture)
        here.append(named)
        if named not in wanted:
            remove_attachment(picture.pk, actor=actor, now=now)
    return [one for one in wanted if one not in here]


def _kept(
    key: UUID, kind: str, digest: str, upload: File[bytes], *, actor: Actor, now: datetime
) -> None:
    same = attachments_of((SUBJECT, key)).filter(kind=kind, digest=bytes.fromhex(digest))
    if not same.exists():
        attach(subject=(SUBJECT, key), kind=kind, upload=upload, actor=actor, now=now)


def _name_of(picture: Attachment) -> list[str]:
    return [picture.kind, bytes(picture.digest).hex()]


def _say_arrived(application: Application, recipient: int, *, now: datetime) -> None:
    post(**_arrival(application, recipient), now=now)


def _say_arrived_again(application: Application, recipient: int, *, now: datetime) -> bool:
    letter = _arrival(application, recipient)
    is_whole = application.channel == Channel.REFERRED and not application.awaited
    if not is_whole or _is_there(letter):
        return False
    post_lost_again(**letter, now=now)
    return True


def _arrival(application: Application, recipient: int) -> dict[str, Any]:
    return {
        "kind": ARRIVED,
        "recipient": recipient,
        "stream": _stream(application),
        "key": f"{application.pk}:{application.hop}",
        "body": {"application": str(application.pk), "hop": application.hop},
    }


def _is_there(letter: Mapping[str, Any]) -> bool:
    key = message_key(current_station().id, letter["recipient"], letter["kind"], letter["key"])
    return Message.objects.filter(pk=key).exists()


def _stream(application: Application) -> str:
    return f"application:{application.pk}"


def _picture(application: Application, picture: Attachment, recipient: int) -> dict[str, Any]:
    sealed = seal_bytes(content_of(picture), place=_PLACE)
    return {
        "kind": PICTURE,
        "recipient": recipient,
        "stream": _stream(application),
        "key": f"{application.pk}:{application.hop}:{picture.pk}",
        "body": {
            "application": str(application.pk),
            "hop": application.hop,
            "kind": picture.kind,
            "name": picture.name,
            "digest": bytes(picture.digest).hex(),
            "sealed": base64.b64encode(sealed).decode(),
            "station": current_station().name,
        },
    }


def _parcel(application: Application, recipient: int) -> dict[str, Any]:
    text = application.answers.reveal() if application.answers is not None else ""
    pictures = attachments_of((SUBJECT, application.pk))
    return {
        "kind": REFERRED,
        "recipient": recipient,
        "stream": _stream(application),
        "key": f"{application.pk}:{application.hop}",
        "body": {
            "application": str(application.pk),
            "hop": application.hop,
            "made_at": application.made_at.isoformat(),
            "code": base64.b64encode(bytes(application.code_hash)).decode(),
            "sealed": base64.b64encode(seal(text, place=_PLACE)).decode(),
            "pictures": [_name_of(one) for one in pictures],
            "station": current_station().name,
            "reason": application.reason,
        },
    }
