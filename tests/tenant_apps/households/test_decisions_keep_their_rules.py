"""Every decision of the life of a file keeps the versions of the rules it used; domain §3.2, row by row.

Each way of the table is walked. Whatever step was taken by anybody stands on a timeline; all of them keep
rules, but those where nobody decides by one. A step of a flow that no way here takes fails as well, so that a
new one cannot be forgotten.
"""

import pytest

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from shared_apps.policies.models import PolicyRule
from tenant_apps.applications.flow import APPLICATION_FLOW
from tenant_apps.applications.services import deciding, referring
from tenant_apps.casework.models import Event
from tenant_apps.households import second_look
from tenant_apps.households import services as files
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.models import HouseholdFile, HouseholdRecheck
from tenant_apps.households.services import heading, moving, rechecking, tending
from tenant_apps.notices import services as notices
from tenant_apps.notices.models import Notice, NoticeState
from tenant_apps.reviews import services
from tenant_apps.reviews.flow import REVIEW_FLOW
from tenant_apps.reviews.life import asking
from tenant_apps.reviews.life.flow import LIFE_FLOW
from tenant_apps.reviews.models import MeansCheck
from tests.support import scenes
from tests.tenant_apps.applications.applications import Worker, sent
from tests.tenant_apps.households.households import PAPERS
from tests.tenant_apps.households.life import Life
from tests.tenant_apps.households.test_changed_households import temporary
from tests.tenant_apps.reviews.conftest import Way, a_visit
from tests.tenant_apps.reviews.outside import FITTING

HEAD, REVIEWER, CLERK = Role.HEAD, Role.REVIEWER, Role.CLERK
# Here somebody says what is so, or what he wishes; nobody decides by a rule.
NOBODY_DECIDES = {
    ("file", "open"),
    ("file", "record_visit"),
    ("file", "recall"),
    ("file", "withdraw_recheck"),
    ("file", "name_helper"),
    ("file", "filed_again"),
    ("review", "receive"),
    ("review", "withdraw"),
    ("review", "check_sent"),
    ("review", "check_answered"),
    ("review", "conflict_settled"),
    ("application", "withdraw"),
}
ANSWERS = ("accept_transfer", "decline_transfer", "confirm_transfer", "refuse_transfer")
KINDS = ("file", "review", "transfer", "application", "exit_request")


@pytest.fixture
def tree(city, county, other_county, township, enterprise, outsider):
    return [city, county, other_county, township, enterprise, outsider]


def acts_at(*stations):
    """Every act on a timeline, with the rules it kept."""
    found = []
    for station in stations:
        with in_station(station):
            found += [
                (one.subject_kind, one.action, one.rules)
                for one in Event.objects.filter(subject_kind__in=KINDS).order_by("id")
            ]
    return found


def object_to_it(centre, *, now):
    with in_station(centre):
        notice = Notice.objects.get(state=NoticeState.RUNNING)
        notices.raise_objection(notice.pk, text="名下有门店", now=now)
    relay.deliver_all()


def days_end(walker, centre):
    walker.pass_days(8)
    with in_station(centre):
        notices.end_over_notices(now=walker.now)
    walker.relay()


def check_means(way, centre):
    reviewer = way.person(centre, REVIEWER)
    with in_station(centre):
        services.send_checks(reason="送民政局核对", actor=reviewer, now=way.now)
        check = MeansCheck.objects.latest("id")
        services.record_answer(
            check.pk, FITTING, answered_on=way.today, actor=reviewer, now=way.now
        )


def meet(way, centre, file):
    with in_network():
        PolicyRule.objects.filter(key="approval.meeting").update(value=["2"])
    review = way.review_at(centre, file)
    with in_station(centre):
        services.note_meeting(
            kind="chair",
            held_on=way.today,
            place="三楼会议室",
            attendees="陈站长、赵审核",
            minutes="逐户研究。",
            said=[services.Said(review_id=review.pk, agrees=True)],
            actor=way.person(centre, REVIEWER),
            now=way.now,
        )


# --- the ways of the table -------------------------------------------------------------------------


def admission(way, life, tree):
    _city, county, _other, township, enterprise, _outsider = tree
    file = way.reported(enterprise)
    way.review("forward", township, file)
    way.review("accept", county, file)
    way.review("request_check", county, file)
    way.review("recall_check", county, file, reason="材料有误")
    way.review("request_check", county, file)
    check_means(way, county)
    way.review("conclude_check", county, file)
    way.review("publish_notice", county, file)
    object_to_it(county, now=way.now)
    way.review("answer_objection", county, file, role=HEAD, answer="查无此事")
    object_to_it(county, now=way.now)
    way.review("renew_notice", county, file, role=HEAD, answer="更正")
    way.pass_days(8)
    with in_station(county):
        services.end_finished_notices(now=way.now)
    way.relay()
    meet(way, county, file)
    # Whoever published the corrected notice does not also approve.
    way.people[county.code, "other head"] = way.person_at(county, HEAD)
    way.review("approve", county, file, role="other head")
    assert way.state(enterprise, file) == "on_file"


def return_and_refusal(way, life, tree):
    _city, county, _other, township, *_below = tree
    clerk = way.person(township, CLERK)
    file = way.submitted(township)
    way.home("accept_for_review", township, file)
    way.home("return_to_applicant", township, file, reason="缺少收入证明")
    with in_station(township):
        files.submit_file(file.pk, actor=clerk, now=way.now)
    way.home("accept_for_review", township, file)
    way.home("arrange_visit", township, file)
    way.home("record_visit", township, file, a_visit(visited_on=way.today))
    way.home("report_upward", township, file)
    way.home("recall", township, file, reason="再核实")
    way.relay()
    way.home("report_upward", township, file)
    way.relay()
    way.review("accept", county, file)
    way.review("confirm_means", county, file, fits=True, checked_on=way.today)
    way.review("refuse", county, file, reason="名下有两套房")
    with in_station(township):
        second_look.ask_second_look(file.pk, reason="房屋已出售", actor=clerk, now=way.now)
    way.relay()
    way.review("return_down", county, file, reason="补售房合同")
    assert way.state(township, file) == "returned"


def recheck(way, life, tree):
    _city, county, _other, township, *_below = tree
    file = life.on_file(township)
    life.at(township, rechecking.report_event, file, event="job", happened_on=life.today)
    life.at(township, rechecking.start_recheck, file)
    life.at(township, rechecking.drop_recheck, file, reason="改日再办")
    life.at(township, rechecking.start_recheck, file)
    life.at(township, rechecking.send_recheck, file, life.findings())
    life.relay()
    life.decide(county, "return_life", file, reason="补充")
    life.at(township, rechecking.send_recheck, file, life.findings())
    life.relay()
    life.decide(county, "continue_on_file", file)
    assert life.state(township, file) == "on_file"


def proposed(life, home, kind="out", reason="income"):
    file = life.on_file(home)
    life.at(home, rechecking.propose_exit, file, life.leaving(kind, reason))
    life.relay()
    return file


def leaving(way, life, tree):
    _city, county, _other, township, *_below = tree
    out = proposed(life, township)
    life.decide(county, "agree_exit", out)
    object_to_it(county, now=life.now)
    life.decide(county, "answer_exit_objection", out, role=HEAD, answer="不成立")
    days_end(life, county)
    life.decide(county, "confirm_exit", out, role=HEAD)
    secured = proposed(life, township, "secured", "state_support")
    life.decide(county, "agree_exit", secured)
    days_end(life, county)
    life.decide(county, "confirm_exit", secured, role=HEAD)
    dead = proposed(life, township, "cancelled", "death")
    life.decide(county, "agree_exit", dead)
    life.decide(county, "confirm_exit", dead, role=HEAD)
    stays = proposed(life, township)
    life.decide(county, "agree_exit", stays)
    life.decide(county, "stop_exit", stays, role=HEAD, reason="不符合")
    taken_back = proposed(life, township)
    life.at(township, rechecking.withdraw_recheck, taken_back, reason="填错了")
    life.relay()
    with in_station(township):
        HouseholdFile.objects.filter(pk=dead.pk).update(keep_until=life.today)
    life.pass_days(1)
    with in_station(township):
        assert tending.tend_files(now=life.now).archived == 1
    states = [life.state(township, one) for one in (out, secured, dead, stays)]
    assert states == ["out", "secured", "archived", "on_file"]


def verification(way, life, tree):
    _city, county, _other, township, *_below = tree
    out = proposed(life, township)
    life.decide(county, "agree_exit", out)
    days_end(life, county)
    life.decide(county, "confirm_exit", out, role=HEAD)
    with in_station(township):
        row = HouseholdRecheck.objects.create(
            file_id=out.pk, kind="exit_check", period="2026Q4", due_on=life.today,
            state="due", opened_at=life.now,
        )  # fmt: skip
    life.at(township, rechecking.verify_exit, row.pk, findings="再次失业", stands=False)
    life.at(township, heading.file_again, out)


def asked_from_above(way, life, tree):
    _city, county, _other, township, *_below = tree
    file = life.on_file(township)
    with in_station(county):
        asking.ask_exit(
            file_no=file.file_no,
            source="audit",
            findings=life.leaving("cancelled", "false"),
            actor=life.person(county, REVIEWER),
            now=life.now,
        )
    life.relay()
    assert life.review(county, file) is not None


def temporary_files(way, life, tree):
    *_above, township, _enterprise, _outsider = tree
    clerk = life.person(township, CLERK)
    file = temporary(life, township)
    with in_station(township):
        for kind in PAPERS:
            files.mark_paper(file.pk, kind=kind, actor=clerk, now=life.now)
        files.submit_file(file.pk, actor=clerk, now=life.now)
    forgotten = temporary(life, township, **ANOTHER)
    life.pass_days(200)
    with in_station(township):
        assert tending.tend_files(now=life.now).expired == 1
    assert life.state(township, forgotten) == "cancelled"


def transfer(way, life, tree):
    city, _county, _other, township, _enterprise, outsider = tree
    file = life.on_file(township)

    def offered(to):
        offer = life.at(
            township, moving.offer_transfer, file, role=REVIEWER, to_code=to.code, reason="moved"
        )
        life.relay()
        return offer.transfer_id

    def answer(station, step, key, **words):
        life.at(station, step, key, role=HEAD, **words)
        life.relay()

    offered(outsider)
    life.at(township, moving.cancel_transfer, file, role=REVIEWER, reason="有误")
    life.relay()
    answer(outsider, moving.decline_transfer, offered(outsider), reason="不属本站")
    key = offered(outsider)
    answer(outsider, moving.accept_transfer, key)
    answer(city, moving.refuse_transfer, key, reason="材料不全")
    key = offered(outsider)
    answer(outsider, moving.accept_transfer, key)
    answer(city, moving.confirm_transfer, key)
    assert life.state(township, file) == "moved_out"


def application(way, life, tree):
    *_above, township, enterprise, _outsider = tree
    clerk = life.person(township, CLERK)

    def decide(worker, module, step, **words):
        with in_station(worker.station):
            getattr(module, step)(worker.key, actor=clerk, now=life.now, **words)

    def applied(who):
        worker = Worker(township, life.now).begin().fill(**who)
        return worker.send(signature=who["name"])

    worker = sent(township, life.now)
    decide(worker, deciding, "return_to_worker", reason="请补拍户口簿首页")
    worker.send()
    decide(worker, deciding, "take_over")
    refused = applied(ANOTHER)
    decide(refused, deciding, "refuse", reason="家庭在外地")
    referred = applied(A_THIRD)
    decide(referred, referring, "refer", to_code=enterprise.code, reason="由本单位工会办理")
    life.relay()
    applied(A_FOURTH).act("withdraw")


ANOTHER = {"name": "柳试二", "id_no": "130771197406150143", "card_no": "6999990000000020007",
           "card_name": "柳试二", "mobile": "19900000002"}  # fmt: skip
A_THIRD = {"name": "柳试三", "id_no": "13077119740615016X", "card_no": "6999990000000030006",
           "card_name": "柳试三", "mobile": "19900000003"}  # fmt: skip
A_FOURTH = {"name": "柳试四", "id_no": "130771197406150186", "card_no": "6999990000000040005",
            "card_name": "柳试四", "mobile": "19900000004"}  # fmt: skip
WAYS = (
    admission,
    return_and_refusal,
    recheck,
    leaving,
    verification,
    asked_from_above,
    temporary_files,
    transfer,
    application,
)


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.fault
def test_every_decision_of_the_life_of_a_file_keeps_the_rules_it_used(db, person_at, tree):
    taken, without = set(), set()
    for walk in WAYS:
        begun = scenes.begin()
        walk(Way(person_at), Life(person_at), tree)
        for kind, action, rules in acts_at(*tree):
            taken.add((kind, action))
            if not rules:
                without.add((kind, action))
        scenes.undo(begun)
    assert without <= NOBODY_DECIDES, sorted(without - NOBODY_DECIDES)
    flows = {"file": FILE_FLOW, "application": APPLICATION_FLOW}
    steps = {(kind, action) for kind, flow in flows.items() for action in flow.steps}
    steps |= {("review", action) for flow in (REVIEW_FLOW, LIFE_FLOW) for action in flow.steps}
    assert steps <= taken, sorted(steps - taken)
    assert {("transfer", action) for action in ANSWERS} | {("exit_request", "ask_exit")} <= taken
