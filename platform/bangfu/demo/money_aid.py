"""Whom the money of the story helps: two campaigns of the county, run at the county and over its townships."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random
from uuid import UUID

from bangfu.demo import plan
from bangfu.demo.desk import STREET, Desk
from bangfu.demo.names import person_name
from bangfu.kernel.identity import fictitious_card, fictitious_id
from bangfu.kernel.tenancy import in_network
from shared_apps.accounts.roles import Role
from shared_apps.programmes.models import Campaign, Programme
from shared_apps.programmes.services import call_campaign, lay_down_programme
from tenant_apps.aid import services as aid
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.services import Asked, Minutes
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.notices.services import end_over_notices

AUTUMN, FESTIVALS = "golden_autumn", "two_festivals"
PROGRAMME = "golden_autumn"
_STANDARDS_FEN = {
    "compulsory": 1_000_00,
    "secondary": 2_000_00,
    "college": 4_000_00,
    "bachelor": 5_000_00,
}
_VISIT_FEN = 1_000_00
# From festival to festival: the campaign is named after the year of the spring festival to come.
_NAMED_NEXT_FROM = 9
_FRONT_LINE = (("环卫一队", 1), ("公交场站", 1), ("供热抢修班", 2))


def call_campaigns(desk: Desk) -> None:
    """The county lays down what a student gets, and calls both campaigns for itself and its townships."""
    with in_network():
        known = Programme.objects.filter(key=PROGRAMME).exists()
    if not known:
        _lay_down(desk)
    spring = desk.year + 1 if desk.on(38).month >= _NAMED_NEXT_FROM else desk.year
    for kind, name, programme, groups, fen in (
        (AUTUMN, f"{desk.year} 年金秋助学", PROGRAMME, (), None),
        (FESTIVALS, f"{spring} 年元旦春节送温暖", "festival", ("front_line",), _VISIT_FEN),
    ):
        call_campaign(
            kind=kind,
            name=name,
            programme=programme,
            opens_on=desk.on(38),
            closes_on=date(desk.year + 1, 2, 28),
            groups=groups,
            amount_fen=fen,
            note="名单由各站点按在档家庭生成，集体研究后公示。",
            station=desk.station,
            **desk.by(Role.HEAD, 38, 15),
        )


def list_students(desk: Desk) -> None:
    """The clerk lists the students of the households on file and hands the list in."""
    _list(desk, AUTUMN)


def list_festival(desk: Desk) -> None:
    """The clerk lists workers who stay at their posts and the households on file; at the first street one declines."""
    _list_front_line(desk)
    _list(desk, FESTIVALS, declines=1 if desk.station.code == STREET else 0)


def begin_lists(desk: Desk) -> None:
    """The clerk draws up both lists and leaves them there: the township the county has to chase."""
    _list_front_line(desk)
    for kind in (FESTIVALS, AUTUMN):
        aid.propose_list(_campaign(kind).pk, **desk.by(Role.CLERK, 37, 10))


def _list_front_line(desk: Desk) -> None:
    campaign = _campaign(FESTIVALS)
    chance = Random(f"{plan.SEED}:front-line:{desk.station.code}")  # noqa: S311
    for unit, sex in _FRONT_LINE:
        birth = date(desk.year - chance.randint(28, 55), chance.randint(1, 12), 15)
        aid.list_person(
            Asked(
                programme=campaign.programme,
                campaign_id=campaign.pk,
                amount_fen=_VISIT_FEN,
                group="front_line",
                name=person_name(chance, sex=sex),
                unit=unit,
                id_no=fictitious_id(chance, birth=birth, sex=sex),
                bank="演示银行",
                card_no=fictitious_card(chance),
                need="节日期间坚守岗位",
            ),
            **desk.by(Role.CLERK, 37, 9),
        )


def bring_list_to_approval(desk: Desk) -> None:
    """The list is reviewed, decided in two meetings, published, and approved when its notices are over."""
    fund = desk.fund("central")
    keys = list(
        Application.objects.filter(state=AidState.REVIEWING)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    _all_done(aid.review_many(keys, fund_id=fund.pk, **desk.by(Role.REVIEWER, 36)), keys)
    chair = Minutes(
        held_on=desk.on(35),
        number=f"主席办公会纪要〔{desk.year}〕{desk.on(35).month} 号",
        members="主席、副主席、经审主任",
        decision="同意按标准救助，提交党组会审定。",
    )
    _all_done(aid.decide_many(keys, chair, **desk.by(Role.HEAD, 35)), keys)
    party = Minutes(
        held_on=desk.on(34),
        number=f"党组会纪要〔{desk.year}〕{desk.on(34).month} 号",
        members="党组书记、党组成员",
        decision="审定通过，公示后发放。",
    )
    _all_done(aid.ratify_many(keys, party, **desk.by(Role.HEAD, 34, 15)), keys)
    end_over_notices(now=desk.at(14, 9))


def leave_application_waiting(desk: Desk) -> None:
    """A household asks for living aid: it waits for the reviewer."""
    helped = Application.objects.exclude(file=None).values("file_id")
    file = (
        HouseholdFile.objects.filter(state=FileState.ON_FILE, tier="1")
        .order_by("file_no")
        .exclude(pk__in=helped.filter(aid="living"))[0]
    )
    row = aid.open_application(
        Asked(
            programme="living",
            amount_fen=1_800_00,
            file_id=file.pk,
            need="户主住院后停工两个月，家庭生活费用接续不上。",
        ),
        **desk.by(Role.CLERK, 2, 9),
    )
    aid.submit_application(row.pk, **desk.by(Role.CLERK, 2, 10))
    aid.accept_application(row.pk, **desk.by(Role.CLERK, 2, 11))
    aid.check_application(row.pk, **desk.by(Role.CLERK, 2, 15))


def approved_of(kind: str) -> list[Application]:
    """Return the approved applications of a campaign that can be paid, in the order of the list."""
    rows = Application.objects.filter(campaign=kind, state=AidState.APPROVED, payee_state="sound")
    return list(rows.order_by("pk"))


def _lay_down(desk: Desk) -> None:
    lay_down_programme(
        key=PROGRAMME,
        name="金秋助学金",
        english="Golden-autumn schooling",
        aid="schooling",
        terms={
            "cycle": "campaign",
            "unit": "student",
            "sub_programme": "general",
            "tiers": ["1", "2", "3"],
            "standards": [
                {"stage": stage, "amount_fen": fen} for stage, fen in _STANDARDS_FEN.items()
            ],
            "stage_caps_fen": _STANDARDS_FEN,
        },
        valid_from=date(desk.year, 1, 1),
        source="宣化区总工会金秋助学实施办法（演示）",
        is_example=True,
        station=desk.station,
        **desk.by(Role.HEAD, 38, 14),
    )


def _list(desk: Desk, kind: str, *, declines: int = 0) -> None:
    campaign = _campaign(kind)
    aid.propose_list(campaign.pk, **desk.by(Role.CLERK, 37, 10))
    listed = Application.objects.filter(campaign_id=campaign.pk, state=AidState.PROPOSED)
    keys = list(listed.order_by("pk").values_list("pk", flat=True))
    on_file = list(listed.exclude(file=None).order_by("-pk").values_list("pk", flat=True))
    out = on_file[:declines]
    if out:
        aid.leave_out_many(
            out, reason="本人婉拒，建议让给更困难的家庭", **desk.by(Role.CLERK, 37, 11)
        )
    keys = [key for key in keys if key not in out]
    _all_done(aid.hand_in_many(keys, **desk.by(Role.CLERK, 37, 14)), keys)


def _campaign(kind: str) -> Campaign:
    with in_network():
        return Campaign.objects.get(kind=kind, caller__code=plan.BRANCH)


def _all_done(bulk: aid.Bulk, keys: Sequence[UUID]) -> None:
    if bulk.done != len(keys):
        raise NotAllDone(bulk.refused)


class NotAllDone(Exception):
    """Somebody on the list of the demo was refused."""
