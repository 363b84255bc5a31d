"""What goes on at the first township besides new files: helpers, visits, a re-check, an exit, a transfer.

Everything is done by the services people use, by the people of the stations.
"""

from datetime import datetime, timedelta
from random import Random

from bangfu.demo import plan
from bangfu.demo.flowing import person_at
from bangfu.demo.households import invented_household
from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from tenant_apps.applications.rules import counted, papers_asked
from tenant_apps.applications.services import applying, keeping, sending
from tenant_apps.applications.steps import ASKED
from tenant_apps.households.models import FileState, HouseholdFile, HouseholdRecheck
from tenant_apps.households.selectors import paper_rule
from tenant_apps.households.services import rechecking
from tenant_apps.households.services.findings import EXIT, Findings
from tenant_apps.households.services.moving import offer_transfer
from tenant_apps.pairing.models import Helper, VisitWay
from tenant_apps.pairing.services import helping, pairing, visiting
from tenant_apps.reviews.life import services as life
from tenant_apps.reviews.models import Review, ReviewKind
from tenants.models import Station

# Of the households on file at the first township: paired, visited, re-checked, leaving, moving.
_PAIRED, _VISITED = 6, 3
_RECHECKED, _LEAVING, _MOVING = 3, 4, 5
_HELPERS = (
    ("何试帮", "union_cadre", "天泰寺街道总工会", "副主席"),
    ("罗试联", "party_member", "天泰寺街道办事处", "科员"),
)
_SIX_MONTHS_FEN = (172_000, 175_000, 181_000, 180_000, 186_000, 190_000)


def live(*, seed: int, now: datetime) -> None:
    """Let the first township go about its work, once."""
    with in_network():
        home = Station.objects.get(code=plan.FIRST[2]).ref
        centre = Station.objects.get(code=plan.FIRST[1]).ref
    with in_station(home):
        if Helper.objects.exists():
            return
        files = list(HouseholdFile.objects.filter(state=FileState.ON_FILE).order_by("file_no"))
        if len(files) <= _MOVING:
            return
        _pair(files[:_PAIRED], station=home, now=now - timedelta(days=40))
        _visit(files[:_VISITED], station=home, now=now - timedelta(days=9))
        _recheck(files[_RECHECKED], station=home, now=now - timedelta(days=2))
        _leave(_not_drawn(files), station=home, now=now - timedelta(days=3))
        offer_transfer(
            files[_MOVING].pk,
            to_code=plan.FIRST[3],
            reason="new_job",
            note="已被禾川纺织录用，档案转新单位管理。",
            actor=person_at(home, Role.REVIEWER),
            now=now - timedelta(days=1),
        )
        _apply(seed, now=now - timedelta(hours=5))
    relay.deliver_all()
    with in_station(centre):
        leaving = Review.objects.filter(kind=ReviewKind.EXIT).first()
        if leaving is not None:
            life.agree_exit(
                leaving.pk,
                actor=person_at(centre, Role.REVIEWER),
                now=now - timedelta(days=2),
            )
    relay.deliver_all()


def _pair(files: list[HouseholdFile], *, station: StationRef, now: datetime) -> None:
    actor = person_at(station, Role.REVIEWER)
    helpers = [
        helping.add_helper(
            helping.HelperDetails(
                name=name, kind=kind, unit=unit, duty=duty, phone=f"1990000220{number}"
            ),
            actor=actor,
            now=now,
        )
        for number, (name, kind, unit, duty) in enumerate(_HELPERS)
    ]
    for number, file in enumerate(files):
        pairing.propose_pairing(
            file_id=file.pk,
            helper_id=helpers[number % len(helpers)].pk,
            details=pairing.PairingDetails(plan="每季度联系一次，帮助落实医疗互助和就业信息。"),
            begins=True,
            actor=actor,
            now=now,
        )


def _visit(files: list[HouseholdFile], *, station: StationRef, now: datetime) -> None:
    actor = person_at(station, Role.CLERK)
    for file in files:
        visiting.record_contact(
            file.pk,
            visiting.ContactDetails(
                visited_on=clock.local_day(now),
                way=VisitWay.VISIT,
                by_names=actor.name,
                findings="家庭情况稳定，孩子在校，冬季取暖已落实。",
                help_given="送去政策明白卡，帮助登记医疗互助。",
            ),
            actor=actor,
            now=now,
        )


def _recheck(file: HouseholdFile, *, station: StationRef, now: datetime) -> None:
    rechecking.report_event(
        file.pk,
        event="illness",
        happened_on=clock.local_day(now),
        note="配偶住院手术，自付费用增加。",
        actor=person_at(station, Role.CLERK),
        now=now,
    )


def _not_drawn(files: list[HouseholdFile]) -> HouseholdFile:
    """Return the household that leaves: one that no round of re-checks, begun meanwhile, drew for a visit."""
    drawn = set(HouseholdRecheck.objects.filter(is_sampled=True).values_list("file_id", flat=True))
    wanted = [files[_LEAVING], *reversed(files[_MOVING + 1 :])]
    return next((file for file in wanted if file.pk not in drawn), wanted[0])


def _leave(file: HouseholdFile, *, station: StationRef, now: datetime) -> None:
    rechecking.propose_exit(
        file.pk,
        Findings(
            text="家中两人就业，收入稳定，致困原因已经消除。",
            proposal=EXIT,
            exit_kind="out",
            exit_reason="income",
            exit_measure="employment",
            incomes_fen=_SIX_MONTHS_FEN,
            is_cause_gone=True,
        ),
        actor=person_at(station, Role.REVIEWER),
        now=now,
    )


def _apply(seed: int, *, now: datetime) -> None:
    """A worker applies on a phone; the papers are still to come."""
    worker = keeping.applicant()
    application, _code = applying.begin(actor=worker, now=now)
    draft = invented_household(
        Random(f"{seed}:applies"),  # noqa: S311
        residence=f"{plan.BRANCH}001",
        employer="(虚构)沐河物流有限责任公司",
        on=clock.local_day(now),
        complete=True,
    )
    counted(draft)
    applying.replace_answers(
        application.pk,
        changes={name: getattr(draft, name) for name in (*ASKED, "members")},
        seen=application.version,
        actor=worker,
        now=now,
    )
    with in_network():
        home = Station.objects.get(code=plan.FIRST[2]).ref
    rule = paper_rule(station=home, on=clock.local_day(now))
    for need in papers_asked(draft, rule):
        applying.say_lacking(application.pk, kind=need.kind, lacks=True, actor=worker, now=now)
    sending.send(
        application.pk,
        signature=draft.name,
        consents=True,
        authorises=True,
        actor=worker,
        now=now,
    )
