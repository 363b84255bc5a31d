"""What the register of identities asks of the files of a station: a face, and what waits on a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.crypto import mask_id_no, mask_name, mask_phone
from bangfu.kernel.errors import Text
from shared_apps.register.holders import FileFace, Holder
from tenant_apps.casework.services import close_todos, open_todo
from tenant_apps.households.links import file_link
from tenant_apps.households.models import HouseholdFile

SUBJECT = "duplicate"


def face_of(file_id: UUID) -> FileFace | None:
    """Show a file of the station in force as a comparison does: masked."""
    file = HouseholdFile.objects.filter(pk=file_id).first()
    if file is None:
        return None
    number = file.id_no.reveal() if file.id_no is not None else ""
    mobile = file.mobile.reveal() if file.mobile is not None else ""
    members = file.members.order_by("position").values_list("name", flat=True)
    lines = (
        (_("户主"), mask_name(file.name) if file.name else "—"),
        (_("证件号码"), mask_id_no(number) if number else "—"),
        (_("手机号码"), mask_phone(mobile) if mobile else "—"),
        (_("家庭成员"), "、".join(mask_name(name) for name in members if name) or "—"),
        (_("工作单位"), file.employer or "—"),
        (_("状态"), file.get_state_display()),
        (_("建档日期"), f"{file.on_file_on:%Y-%m-%d}" if file.on_file_on else "—"),
        (_("经办人"), file.opened_by or "—"),
    )
    return FileFace(
        number=file.file_no or _("未编号"),
        link=file_link(file.pk),
        is_open=not file.is_closed,
        lines=lines,
    )


def wait(
    *,
    case_id: UUID,
    kind: str,
    capability: str,
    title: Text,
    params: Mapping[str, str | int],
    link: str,
    now: datetime,
) -> None:
    """Let something wait on a case in the station in force."""
    open_todo(
        subject=(SUBJECT, case_id),
        kind=kind,
        capability=capability,
        title=title,
        params=params,
        link=link,
        now=now,
    )


def done(*, case_id: UUID, kind: str = "", now: datetime) -> None:
    """Take off the list what waits on a case."""
    close_todos(subject=(SUBJECT, case_id), kind=kind, now=now)


HOLDER = Holder(face=face_of, wait=wait, done=done)
