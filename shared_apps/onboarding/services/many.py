"""Many stations at once: a parent invites its own, an administrator imports a list."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.tenancy import in_network
from shared_apps.accounts import links
from shared_apps.accounts.services.mail import send_tolerantly
from shared_apps.audit.services import record
from shared_apps.onboarding import doorbell
from shared_apps.onboarding.models import Application, ApplicationState, Batch, Origin
from shared_apps.onboarding.rules import region_problem, uscc_problem
from shared_apps.onboarding.services.applying import open_application, path_of
from tenants.models import Level, Station, StationKind
from tenants.provisioning import WrongParent

AT_MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a list of stations as it was typed; ``row`` is its number in the sheet."""

    row: int
    name: str
    region_code: str = ""
    code: str = ""
    parent_code: str = ""
    level: int | None = None
    union_uscc: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""


@dataclass(slots=True)
class Preview:
    """What a list would do: the lines that are good, and what is wrong with the others."""

    good: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def preview_import(lines: Sequence[Line]) -> Preview:
    """Check a list of an administrator against the network and against itself. Three queries.

    A line is good when its code is free, its parent is open or stands in the list, and level and region
    fit below it.
    """
    preview = Preview()
    if len(lines) > AT_MOST:
        raise InvalidInput(
            [
                Problem(
                    code="too-many-rows",
                    message=_("一次最多导入 %(limit)s 个站点，请分批导入。") % {"limit": AT_MOST},
                )
            ]
        )
    codes = {line.code for line in lines} | {line.parent_code for line in lines}
    stations = {
        station.code: (station.level, station.region_code)
        for station in Station.objects.filter(code__in=codes)
    }
    promised = set(
        Application.objects.filter(assigned_code__in=codes).values_list("assigned_code", flat=True)
    )
    listed = {line.code: (line.level or 0, line.region_code) for line in lines}
    repeated = {code for code, times in Counter(line.code for line in lines).items() if times > 1}
    for line in lines:
        problems = _problems_of(line, stations=stations, listed=listed)
        if line.code in stations or line.code in promised:
            problems.append(_problem(line, "code-taken", "code", _("站点编码已被使用。")))
        if line.code in repeated:
            problems.append(_problem(line, "code-repeated", "code", _("编码在表中重复。")))
        if problems:
            preview.problems += problems
        else:
            preview.good.append(line)
    return preview


@transaction.atomic
def import_stations(*, lines: Sequence[Line], title: str, actor: Actor, now: datetime) -> Batch:
    """Queue the good lines of a list; the workers open them, parents before children.

    Raises:
        InvalidInput: a line is no longer good.
    """
    actor.require("network.manage")
    preview = preview_import(lines)
    if preview.problems:
        raise InvalidInput(preview.problems)
    parents = {
        station.code: station
        for station in Station.objects.filter(code__in={line.parent_code for line in lines})
    }
    batch = Batch.objects.create(
        title=title, origin=Origin.IMPORT, total=len(lines), made_by_name=actor.name, made_at=now
    )
    Application.objects.bulk_create(
        (_imported(line, batch, parents, now=now) for line in lines), batch_size=200
    )
    record(
        event="onboarding.imported",
        actor=actor,
        subject=("batch", batch.pk),
        data={"title": title, "stations": len(lines)},
        now=now,
    )
    transaction.on_commit(doorbell.ring_for_waiting)
    return batch


@transaction.atomic
def invite_stations(
    *, parent: Station, lines: Sequence[Line], title: str, actor: Actor, now: datetime
) -> Batch:
    """Make a draft with a link of its own for each unit that a parent invites.

    Raises:
        InvalidInput: some lines are wrong; each problem names its row.
    """
    actor.require("onboarding.invite")
    if len(lines) > AT_MOST or not lines:
        raise InvalidInput(
            [Problem(code="no-rows", message=_("请填写 1 至 2000 个单位，每行一个。"))]
        )
    batch = Batch.objects.create(
        title=title,
        origin=Origin.INVITED,
        parent=parent,
        total=len(lines),
        made_by_name=actor.name,
        made_at=now,
    )
    problems: list[Problem] = []
    for line in lines:
        try:
            with transaction.atomic():
                open_application(
                    parent=parent,
                    level=line.level,
                    said=_said(line),
                    now=now,
                    origin=Origin.INVITED,
                    batch=batch,
                )
        except InvalidInput as error:
            problems += [
                Problem(code=each.code, field=each.field, message=each.message, row=line.row)
                for each in error.problems
            ]
    if problems:
        raise InvalidInput(problems)
    record(
        event="onboarding.invited",
        actor=actor,
        subject=("batch", batch.pk),
        data={"title": title, "stations": len(lines)},
        now=now,
    )
    return batch


def send_letters(batch: Batch, *, site: str, now: datetime) -> int:
    """Send each invited unit of a batch its own link, once; return how many letters went out."""
    sent = 0
    with in_network():
        waiting = Application.objects.filter(
            batch=batch, state=ApplicationState.DRAFT, letter_sent_at__isnull=True
        ).exclude(contact_email="")
        for application in waiting.select_related("parent").order_by("pk"):
            if send_letter(application, site=site):
                sent += 1
                application.letter_sent_at = now
                application.save(update_fields=["letter_sent_at"])
    return sent


def send_letter(application: Application, *, site: str) -> bool:
    """Send the link of an application to its contact."""
    text = _(
        "%(name)s：\n\n%(parent)s邀请贵单位入驻工会帮扶服务平台。请打开下面的链接填写申请，"
        "手机和电脑都可以，随时保存：\n\n%(link)s"
    )
    return send_tolerantly(
        application.contact_email,
        _("邀请入驻：%(name)s") % {"name": application.name},
        text
        % {
            "name": application.contact_name,
            "parent": application.parent.name if application.parent else "",
            "link": f"{site}{path_of(application)}",
        },
    )


def _said(line: Line) -> Mapping[str, str]:
    return {
        "name": line.name,
        "region_code": line.region_code,
        "union_uscc": line.union_uscc,
        "contact_name": line.contact_name,
        "contact_phone": line.contact_phone,
        "contact_email": line.contact_email,
    }


def _imported(
    line: Line, batch: Batch, parents: Mapping[str, Station], *, now: datetime
) -> Application:
    return Application(
        nonce=links.fresh_nonce(),
        state=ApplicationState.PROVISIONING,
        origin=Origin.IMPORT,
        batch=batch,
        parent=parents.get(line.parent_code),
        parent_code=line.parent_code,
        level=line.level or Level.ENTERPRISE,
        kind=StationKind.POINT if line.level == Level.ENTERPRISE else StationKind.COMPREHENSIVE,
        assigned_code=line.code,
        made_at=now,
        submitted_at=now,
        decided_at=now,
        **_said(line),
    )


def _problems_of(
    line: Line,
    *,
    stations: Mapping[str, tuple[int, str]],
    listed: Mapping[str, tuple[int, str]],
) -> list[Problem]:
    problems = []
    if not line.name:
        problems.append(_problem(line, "required", "name", _("缺少站点名称。")))
    if not line.code or len(line.code) > 12 or not line.code.isalnum():
        problems.append(
            _problem(line, "bad-code", "code", _("站点编码应为 12 位以内的字母和数字。"))
        )
    parent = stations.get(line.parent_code) or listed.get(line.parent_code)
    if line.level == Level.CITY:
        if line.parent_code:
            problems.append(_problem(line, "wrong-parent", "parent_code", str(WrongParent())))
    elif parent is None:
        problems.append(
            _problem(line, "parent-missing", "parent_code", _("上级站点不存在，也不在表中。"))
        )
    elif line.level is None or parent[0] != line.level - 1:
        problems.append(_problem(line, "wrong-parent", "parent_code", str(WrongParent())))
    else:
        wrong = region_problem(
            level=line.level, region_code=line.region_code, parent_region=parent[1]
        )
        if wrong is not None:
            problems.append(_problem(line, wrong.code, wrong.field, str(wrong.message)))
    wrong = uscc_problem(line.union_uscc)
    if wrong is not None:
        problems.append(_problem(line, wrong.code, wrong.field, str(wrong.message)))
    if line.contact_email:
        try:
            validate_email(line.contact_email)
        except ValidationError:
            problems.append(_problem(line, "bad-email", "contact_email", _("电子邮箱格式不对。")))
    return problems


def _problem(line: Line, code: str, name: str, message: str) -> Problem:
    return Problem(code=code, field=name, message=message, row=line.row)
