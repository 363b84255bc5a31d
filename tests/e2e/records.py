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
from shared_apps.paperbooks.models import BookKind
from shared_apps.printing.models import PaperKind
from shared_apps.reconciliation.services import begin_run, work_on
from shared_apps.register.services.finding import find_new_duplicates
from tenant_apps.documents.services.making import ask_for_papers
from tenant_apps.funds.models import Fund
from tenant_apps.funds.rules import Leg
from tenant_apps.funds.services import propose_voucher
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
from tenant_apps.surveys import services as surveys
from tenant_apps.yearly import services as yearly
from tenant_apps.yearly.rules.columns import TOTALS
from tenants.models import Station

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
    with in_station(county):
        if Helper.objects.filter(name=HELPER).exists():
            return
    at_the_street(street, now=now)
    at_the_county(county, street, now=now)
    in_two_streets(street, now=now)


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


def in_two_streets(street, *, now: datetime) -> None:
    """A household that is on file is begun again at the neighbour's, and found."""
    with in_network():
        neighbour = Station.objects.get(code=NEIGHBOUR).ref
    with in_station(street):
        file = HouseholdFile.objects.filter(state=FileState.ON_FILE).order_by("-file_no")[0]
        draft = draft_of(file, file.members.all())
    with in_station(neighbour):
        open_drafts([draft], actor=person_at(neighbour, Role.CLERK), now=now, origin=Origin.DEMO)
    find_new_duplicates(now=now)


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
