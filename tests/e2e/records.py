"""Records that the smallest demo network has not, made by services, so that every page has one to show.

Made in the network of the tests, by a process that has its settings (``conftest.with_records``).
"""

import io
from datetime import date, datetime

import openpyxl

from bangfu.demo import plan
from bangfu.demo.flowing import person_at
from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from shared_apps.onboarding.services.applying import apply_at_once
from shared_apps.paperbooks.models import BookKind
from shared_apps.policies.changes import start_due_changes, work_on_change
from shared_apps.policies.selectors import rule_in_force
from shared_apps.policies.services import lay_down_rule
from shared_apps.printing.models import PaperKind
from shared_apps.reconciliation.services import begin_run, work_on
from shared_apps.register.services.finding import find_new_duplicates
from tenant_apps.aid import services as aid
from tenant_apps.documents.services.making import ask_for_papers
from tenant_apps.funds.models import Fund
from tenant_apps.funds.rules import Leg
from tenant_apps.funds.services import (
    appropriate_budget,
    open_fund,
    open_year,
    propose_voucher,
)
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import FileState, HouseholdFile, Origin
from tenant_apps.households.services import open_drafts
from tenant_apps.imports import services as imports
from tenant_apps.imports.columns import HOUSEHOLDS
from tenant_apps.pairing import services as pairing
from tenant_apps.pairing.models import Helper
from tenant_apps.privacy import services as privacy
from tenant_apps.reviews.selectors import to_deliberate
from tenant_apps.reviews.services.meetings import Said, note_meeting
from tenant_apps.sources import services as sources
from tenant_apps.surveys import services as surveys
from tenant_apps.yearly import services as yearly
from tenant_apps.yearly.rules.columns import TOTALS
from tenants.models import Station

# A street of the county that the smallest demo leaves out.
JOINS = {
    "name": "南关街道职工帮扶站", "region_code": f"{plan.BRANCH}003", "contact_name": "申联络",
    "contact_phone": "13900000017", "windows": ["reception"],
}  # fmt: skip
# More than a street grants by itself, in fen.
ABOVE_THE_LIMIT = 6_000_00
STANDARD = "sudden.threshold"
HELPER, NEIGHBOUR = "何试帮", f"{plan.BRANCH}002"
# What a voucher books, in fen.
INTEREST = {"1001": 12_00, "4001": -12_00}
# One household of an import, with hardly anything said of it.
FAULTY = {"household_no": "1", "name": "柳试风", "tier_applied": "深度困难"}


def make() -> None:
    """Make them at the county and the street that visitors look at first."""
    now = clock.now()
    with in_network():
        county, street = (Station.objects.get(code=code).ref for code in plan.FIRST[1:3])
        neighbour = Station.objects.get(code=NEIGHBOUR).ref
    with in_station(county):
        if Helper.objects.filter(name=HELPER).exists():
            return
    at_the_street(street, now=now)
    at_the_county(county, street, now=now)
    in_two_streets(street, neighbour, now=now)
    wants_to_join(county, now=now)
    above_the_limit(neighbour, now=now)
    forgotten(street, now=now)
    standard_laid_down_again(county, now=now)


def at_the_county(county, street, *, now: datetime) -> None:
    """A helper, a voucher that waits, a meeting, a look asked for, a target, samples, a reconciliation."""
    today = clock.local_day(now)
    file_no = some_file(street).file_no
    with in_station(county):
        reviewer = {"actor": person_at(county, Role.REVIEWER), "now": now}
        finance = {"actor": person_at(county, Role.FINANCE), "now": now}
        head = {"actor": person_at(county, Role.HEAD), "now": now}
        pairing.add_helper(
            pairing.HelperDetails(name=HELPER, kind="union_cadre", phone="19900002200"), **reviewer
        )
        fund = Fund.objects.filter(closed_on=None).order_by("code")[0]
        propose_voucher(
            kind="manual", effective_on=today, memo="收到利息",
            legs=[Leg(code=code, fund_id=fund.pk, amount_fen=fen) for code, fen in INTEREST.items()],
            **finance,
        )  # fmt: skip
        note_meeting(
            kind="chair", held_on=today, place="三楼会议室", attendees="孙站长、李审核、钱财务",
            minutes="逐户研究了拟建档的困难职工家庭。",
            said=[Said(review_id=one.pk, agrees=True) for one in to_deliberate()[:1]], **reviewer,
        )  # fmt: skip
        privacy.request_look(
            home_code=street.code, file_no=file_no, reason="核对提级申请的佐证材料", **reviewer
        )
        yearly.lay_down_target(year=today.year, title="在档家庭全年走访一遍", **reviewer)
        surveys.draw_sample(year=today.year, number=1, **reviewer)
        surveys.order_samples(year=today.year, number=1, **reviewer)
    work_on(begin_run(county, **head), now=now)


def at_the_street(street, *, now: datetime) -> None:
    """A download, a correction asked for, an import with a faulty row, a book of the past."""
    file = some_file(street)
    with in_station(street):
        clerk = {"actor": person_at(street, Role.CLERK), "now": now}
        ask_for_papers([file.pk], kind=PaperKind.ROSTER, **clerk)
        privacy.request_correction(
            file.pk, field="mobile", wish="手机号码已换，请改正", asked_by=file.name, **clerk
        )
        template = imports.station_template(actor=clerk["actor"])
        run = imports.start_import(with_a_fault(template), filename="困难职工.xlsx", **clerk)
        imports.go_on(run, now=now)
        yearly.keep_book(
            a_book(clock.local_day(now)), filename="台账.csv", kind=BookKind.TOTALS,
            source="纸质台账", **clerk,
        )  # fmt: skip


def in_two_streets(street, neighbour, *, now: datetime) -> None:
    """A household that is on file is begun again at the neighbour's, and found."""
    with in_station(street):
        file = HouseholdFile.objects.filter(state=FileState.ON_FILE).order_by("-file_no")[0]
        draft = draft_of(file, file.members.all())
    with in_station(neighbour):
        open_drafts([draft], actor=person_at(neighbour, Role.CLERK), now=now, origin=Origin.DEMO)
    find_new_duplicates(now=now)


def wants_to_join(county, *, now: datetime) -> None:
    """A union below the county applies for a station and waits."""
    with in_network():
        parent = Station.objects.get(pk=county.id)
        apply_at_once(parent=parent, level=None, said=JOINS, now=now)


def above_the_limit(neighbour, *, now: datetime) -> None:
    """A household asks for more than its street may grant: the county has to say."""
    today = clock.local_day(now)
    with in_station(neighbour):
        clerk, reviewer, head, finance = (
            {"actor": person_at(neighbour, role), "now": now}
            for role in (Role.CLERK, Role.REVIEWER, Role.HEAD, Role.FINANCE)
        )
        both = {"maker": finance["actor"], **head}
        open_year(year=today.year, **both)
        fund = open_fund(code="ZY26", name="中央财政帮扶资金", source="central", **finance)
        appropriate_budget(
            ref=f"budget:{fund.code}", fund_id=fund.pk, amount_fen=10 * ABOVE_THE_LIMIT, on=today,
            memo="年度预算", **both,
        )  # fmt: skip
        file = HouseholdFile.objects.filter(state=FileState.ON_FILE).order_by("file_no")[0]
        asked = aid.Asked(programme="living", amount_fen=ABOVE_THE_LIMIT, file_id=file.pk)
        row = aid.open_and_submit(asked, **clerk)
        aid.accept_application(row.pk, **clerk)
        aid.check_application(row.pk, **clerk)
        aid.review_application(row.pk, fund_id=fund.pk, **reviewer)
        minutes = aid.Minutes(
            held_on=today, number="办公会〔2026〕17号", members="王一、李二、赵三",
            decision="同意，报县总工会审批。",
        )  # fmt: skip
        aid.decide_in_meeting(row.pk, minutes, **head)
        aid.ratify_in_party_group(row.pk, minutes, **head)
    relay.deliver_all()


def forgotten(street, *, now: datetime) -> None:
    """Somebody who promised a gift and took it back has what was said forgotten: there is a certificate."""
    with in_station(street):
        finance = {"actor": person_at(street, Role.FINANCE), "now": now}
        gift = sources.pledge_donation(
            kind="goods", donor="赵试风", amount_fen=2_000_00, goods="棉被 20 床",
            wish="给老人", **finance,
        )  # fmt: skip
        sources.move_donation(gift.pk, "cancel", words="另有安排", **finance)
        privacy.forget_outsider(
            "donation",
            gift.pk,
            reason="本人到窗口申请",
            actor=person_at(street, Role.HEAD),
            now=now,
        )


def standard_laid_down_again(county, *, now: datetime) -> None:
    """The county confirms a standard as it was: files are looked at again, and no tier moves."""
    today = clock.local_day(now)
    with in_station(county):
        head = person_at(county, Role.HEAD)
        value = rule_in_force(STANDARD, station=county, on=today).value
        lay_down_rule(
            key=STANDARD, value=value, valid_from=today, source="宣化区总工会",
            document_no="宣工字〔2026〕9号", station=county, actor=head, now=now,
        )  # fmt: skip
    for change in start_due_changes(now=now):
        work_on_change(change.pk, now=now)


def some_file(street):
    """Return a household on file at the street."""
    with in_station(street):
        return HouseholdFile.objects.filter(state=FileState.ON_FILE).order_by("file_no")[0]


def with_a_fault(template: bytes) -> bytes:
    """Fill one household into the template of an import, with hardly anything said of it."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    names = [column.name for column in HOUSEHOLDS.columns]
    for name, value in FAULTY.items():
        book[HOUSEHOLDS.sheet].cell(2, names.index(name) + 1, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def a_book(today: date) -> bytes:
    """Write a book of totals: how many asked for advice in the year before."""
    year = today.year - 1
    said = {"indicator": "LAW-01", "first": f"{year}-01", "last": f"{year}-12", "value": "12"}
    rows = ([one.heading for one in TOTALS], [said.get(one.name, "") for one in TOTALS])
    return "\n".join(map(",".join, rows)).encode()
