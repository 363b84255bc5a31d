"""Every row of the table of the file, from on_file on: its guard, its clock, its refusal.

Source: domain §3.2. What each row does beyond its move is shown in the tests beside this one.
"""

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import CAPABILITIES, Role
from shared_apps.policies.rules import RULES
from tenant_apps.casework.models import Clock
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.models import FileState
from tenant_apps.households.services import moving, rechecking
from tenant_apps.notices import services as notices
from tenant_apps.notices.models import Notice
from tenant_apps.reviews.life.flow import LIFE_FLOW
from tenant_apps.reviews.models import ReviewState

S, R = FileState, ReviewState
CLERK, REVIEWER, HEAD, SYSTEM = Role.CLERK, Role.REVIEWER, Role.HEAD, None
LEFT = {S.OUT, S.SECURED, S.CANCELLED, S.REFUSED, S.MOVED_OUT}

# Row of the table → at home: action, from, to, who may (None: the relay alone).
AT_HOME = [
    ("临时转正", "convert", {S.TEMPORARY}, S.SUBMITTED, {CLERK}),
    ("临时到期", "expired", {S.TEMPORARY}, S.CANCELLED, SYSTEM),
    ("季度/年度复核、信息变更", "start_recheck", {S.ON_FILE}, S.RECHECKING, {CLERK, REVIEWER}),
    ("上报复核", "send_recheck", {S.RECHECKING}, S.RECHECKING, {CLERK, REVIEWER}),
    ("取消复核", "drop_recheck", {S.RECHECKING}, S.ON_FILE, {CLERK, REVIEWER}),
    (
        "撤回",
        "withdraw_recheck",
        {S.RECHECKING, S.EXIT_NOTICE},
        S.RECHECKING,
        {CLERK, REVIEWER},
    ),
    ("退回补充", "recheck_returned", {S.RECHECKING}, S.RECHECKING, SYSTEM),
    ("继续在档", "continued", {S.RECHECKING}, S.ON_FILE, SYSTEM),
    ("拟退出", "exit_agreed", {S.RECHECKING}, S.EXIT_NOTICE, SYSTEM),
    ("退出异议", "exit_objected", {S.EXIT_NOTICE}, S.EXIT_NOTICE, SYSTEM),
    ("异议不成立", "exit_resumed", {S.EXIT_NOTICE}, S.EXIT_NOTICE, SYSTEM),
    ("退出公示期满", "exit_notice_ended", {S.EXIT_NOTICE}, S.EXIT_NOTICE, SYSTEM),
    ("不予退出", "exit_stopped", {S.EXIT_NOTICE}, S.ON_FILE, SYSTEM),
    ("确认脱困", "left_out", {S.EXIT_NOTICE}, S.OUT, SYSTEM),
    ("确认解困", "left_secured", {S.EXIT_NOTICE}, S.SECURED, SYSTEM),
    ("确认注销", "left_cancelled", {S.EXIT_NOTICE}, S.CANCELLED, SYSTEM),
    ("转移", "offer_transfer", {S.ON_FILE}, S.TRANSFERRING, {REVIEWER, HEAD}),
    ("撤回转移", "cancel_transfer", {S.TRANSFERRING}, S.ON_FILE, {REVIEWER, HEAD}),
    ("转移未成", "transfer_ended", {S.TRANSFERRING}, S.ON_FILE, SYSTEM),
    ("移交", "handed_over", {S.TRANSFERRING}, S.TRANSFERRING, SYSTEM),
    ("转出", "moved_out", {S.TRANSFERRING}, S.MOVED_OUT, SYSTEM),
    ("转入", "moved_in", {S.MOVED_OUT}, S.ON_FILE, SYSTEM),
    ("归档", "archived", LEFT, S.ARCHIVED, SYSTEM),
]
# The same at the centre.
AT_CENTRE = [
    ("继续在档", "continue", {R.OFFERED}, R.APPROVED, {REVIEWER, HEAD}),
    ("拟退出", "agree_exit", {R.OFFERED}, R.NOTICE, {REVIEWER}),
    ("拟退出（免公示）", "agree_exit_now", {R.OFFERED}, R.APPROVAL, {REVIEWER, HEAD}),
    ("退回补充", "return", {R.OFFERED}, R.RETURNED, {REVIEWER, HEAD}),
    ("答复异议", "answer_objection", {R.OBJECTION}, R.NOTICE, {REVIEWER, HEAD}),
    ("确认退出", "confirm_exit", {R.APPROVAL}, R.APPROVED, {HEAD}),
    ("不予退出", "stop_exit", {R.NOTICE, R.OBJECTION, R.APPROVAL}, R.REFUSED, {REVIEWER, HEAD}),
    (
        "下级撤回",
        "withdraw",
        {R.OFFERED, R.NOTICE, R.OBJECTION, R.APPROVAL},
        R.WITHDRAWN,
        SYSTEM,
    ),
    ("收到异议", "raise_objection", {R.NOTICE}, R.OBJECTION, SYSTEM),
    ("公示期满", "end_notice", {R.NOTICE}, R.APPROVAL, SYSTEM),
]
ROWS = [
    *((FILE_FLOW, FileState, row) for row in AT_HOME),
    *((LIFE_FLOW, ReviewState, row) for row in AT_CENTRE),
]
IDS = [f"{flow.name} {row[0]}" for flow, _states, row in ROWS]


def actor(role):
    return Actor(user_id=1, name=role, roles=frozenset({role}), capabilities=CAPABILITIES[role])


@pytest.mark.parametrize(("flow", "states", "row"), ROWS, ids=IDS)
def test_a_row_leads_where_the_table_says_and_from_nowhere_else(flow, states, row):
    _name, action, sources, target, _who = row
    system = Actor.system("relay")
    for state in states:
        if state in sources:
            assert flow.advance(action, state=state, actor=system) == target
        else:
            with pytest.raises(IllegalMove):
                flow.advance(action, state=state, actor=system)


@pytest.mark.parametrize(("flow", "states", "row"), ROWS, ids=IDS)
def test_a_row_is_taken_by_those_whom_the_table_names(flow, states, row):
    _name, action, sources, target, who = row
    source = min(sources)
    for role in (Role.CLERK, Role.REVIEWER, Role.HEAD, Role.FINANCE, Role.WORKER):
        if who is not None and role in who:
            assert flow.advance(action, state=source, actor=actor(role)) == target
        else:
            with pytest.raises(NotPermitted):
                flow.advance(action, state=source, actor=actor(role))
        buttons = flow.actions_from(source, actor=actor(role))
        assert (action in buttons) == (who is not None and role in who)


def test_the_table_names_every_step_from_on_file_on():
    named = {row[1] for row in AT_HOME}
    later = set(list(FILE_FLOW.steps)[list(FILE_FLOW.steps).index("convert") :])
    assert (named, {row[1] for row in AT_CENTRE}) == (later, set(LIFE_FLOW.steps))


def _event(life, home, _centre, _to):
    file = life.on_file(home)
    life.at(home, rechecking.report_event, file, event="job", happened_on=life.today)
    return file, home


def _transfer(life, home, _centre, to):
    file = life.on_file(home)
    life.at(
        home,
        moving.offer_transfer,
        file,
        to_code=to.code,
        reason="moved",
        role=Role.REVIEWER,
    )
    return file, home


def _sent(life, home, centre, _to):
    file = life.on_file(home)
    life.at(home, rechecking.propose_exit, file, life.leaving())
    life.relay()
    return file, centre


def _objected(life, home, centre, to):
    file, _where = _sent(life, home, centre, to)
    life.decide(centre, "agree_exit", file)
    with in_station(centre):
        notices.raise_objection(Notice.objects.get().pk, text="有异议", now=life.now)
    return file, centre


def _over(life, home, centre, to):
    file, _where = _sent(life, home, centre, to)
    life.decide(centre, "agree_exit", file)
    life.pass_days(8)
    with in_station(centre):
        notices.end_over_notices(now=life.now)
    return file, centre


@pytest.mark.parametrize(
    ("arrange", "kind", "days"),
    [
        (_event, "recheck", 20),
        (_transfer, "transfer", 30),
        (_sent, "centre_review", 5),
        (_objected, "objection", 5),
        (_over, "exit_confirm", 5),
    ],
    ids=["信息变更", "转移", "复核上报后", "退出异议", "退出公示期满"],
)
def test_a_row_starts_the_clock_that_the_table_names(
    life, township, county, outsider, arrange, kind, days
):
    _file, where = arrange(life, township, county, outsider)
    assert RULES[f"clock.{kind}"].starts_as == days
    with in_station(where):
        running = Clock.objects.get(stopped_at=None, kind=kind)
        assert (running.working_days, running.rule_version) == (days, 1)
