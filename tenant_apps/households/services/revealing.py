"""Look at what is masked: only with a reason, and never without a trace."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import Secret
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from shared_apps.audit.services import record
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.models import HouseholdFile, HouseholdMember
from tenant_apps.households.parsing import is_storable
from tenant_apps.households.selectors import FileSearch, files_matching, get_file

SHORTEST_REASON = 4
_NUMBER = re.compile(r"\d{11,}")
_OF_FILE = frozenset(spec.name for spec in FILE_FIELDS if spec.sensitive)
_OF_MEMBER = frozenset(spec.name for spec in MEMBER_FIELDS if spec.sensitive)


@transaction.atomic
def reveal_field(
    file_id: UUID,
    *,
    field: str,
    reason: str,
    actor: Actor,
    now: datetime,
    member: int | None = None,
) -> str:
    """Give a masked value in the open and write who looked, at what and why.

    `member` is the position of a member, counted from 0; without it the head's value is meant.

    Raises:
        NotPermitted: the actor may not look at masked values.
        NotFound: no such file, member or masked field.
        InvalidInput: no reason was given.
    """
    actor.require("file.reveal")
    file = get_file(file_id, actor=actor)
    reason = checked_reason(reason)
    row: HouseholdFile | HouseholdMember | None = file
    if member is not None:
        row = HouseholdMember.objects.filter(file_id=file.pk, position=member).first()
    if row is None or field not in (_OF_FILE if member is None else _OF_MEMBER):
        raise NotFound
    record(
        event="file.revealed",
        actor=actor,
        subject=("file", file.pk),
        data={"field": field, "member": member, "reason": reason},
        now=now,
    )
    value: Secret | None = getattr(row, field)
    return value.reveal() if value is not None else ""


@transaction.atomic
def record_export(
    *,
    search: FileSearch,
    fields: Iterable[str],
    in_clear: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Write an export to the audit chain before it leaves: fields, number of rows, reason.

    Raises:
        NotPermitted: the actor may not export, or not in the clear.
        InvalidInput: an export in the clear without a reason.
    """
    actor.require("file.export")
    if in_clear:
        actor.require("file.reveal")
        reason = checked_reason(reason)
    rows = files_matching(search).count()
    record(
        event="file.exported",
        actor=actor,
        subject=("station", actor.station.id if actor.station else 0),
        data={"fields": list(fields), "rows": rows, "in_clear": in_clear, "reason": reason},
        now=now,
    )
    return rows


def checked_reason(reason: str) -> str:
    """Return why values are looked at in the clear, or were taken along.

    Raises:
        InvalidInput: it is too short, or holds a number of an identity card, a bank card or a telephone.
    """
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON or not is_storable(reason):
        message = _("请写明查看理由，不少于 %(least)d 个字。") % {"least": SHORTEST_REASON}
        raise InvalidInput([Problem(code="reason", field="reason", message=message)])
    if _NUMBER.search(reason):
        message = _("理由中不要写证件、卡号或电话号码。")
        raise InvalidInput([Problem(code="reason", field="reason", message=message)])
    return reason[:200]
