"""The walk of files over stations as a state machine: hypothesis draws the steps."""

from collections.abc import Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.services import moving, rechecking, tending
from tenant_apps.households.services.findings import Findings
from tenant_apps.households.services.rechecking import EVENTS
from tenant_apps.households.services.visits import Visit
from tenant_apps.notices import services as notices
from tenant_apps.notices.models import Notice, NoticeState
from tenant_apps.reviews.life import asking
from tenant_apps.reviews.life import services as centre
from tenant_apps.reviews.life.models import ExitSource
from tests.faults.life_beginning import WAYS_OUT, around, leaving, one_transaction
from tests.faults.life_check import all_that_is_wrong
from tests.faults.life_walk import Violation, Walk

FILES_AT_MOST = 9
# Which of what there is: taken from the front, and around again.
nth = st.integers(0, 7)
dies = st.sampled_from([False] * 19 + [True])
lots = st.integers(0, 19)
ways = st.sampled_from(sorted(WAYS_OUT))


def step(possible=None, **drawn):
    """A rule of the machine that keeps what it was drawn with; one that is not possible does nothing.

    Hypothesis draws only what is possible; who takes the steps of a run again may leave some out.
    """

    def register(function):
        @wraps(function)
        def take(self, **given):
            if possible is None or possible(self):
                self.taken.append((function.__name__, given))
                function(self, **given)

        declared = rule(**drawn)(take)
        return declared if possible is None else precondition(possible)(declared)

    return register


class FilesOverStations(RuleBasedStateMachine):
    """Each run starts from the files of ``base`` and leaves nothing behind."""

    base: Walk
    # What happens to a delivery whose lot of twenty is drawn; to all others nothing.
    FAULTS: Mapping[int, str] = {17: "dies", 18: "dies", 19: "twice"}
    steps = 0
    last = None

    def __init__(self):
        super().__init__()
        base = self.base
        self.walk = Walk(
            homes=base.homes, centres=base.centres, now=base.now, seen=base.seen, seeds=base.seeds
        )
        self.is_sound = True
        self.taken = []
        self.asked = []
        type(self).last = self
        self._left_open = one_transaction(chance=2)
        self._left_open.__enter__()

    def teardown(self):
        try:
            if self.is_sound:
                wrong = all_that_is_wrong(self.walk)
                if wrong:
                    raise Violation("; ".join(wrong))
        finally:
            self._left_open.__exit__(None, None, None)
            type(self).steps += self.walk.steps
            self.base.counts.update(self.walk.counts)

    @contextmanager
    def sound(self):
        """Remember that a step failed: what it left cannot be looked at any more."""
        self.is_sound = False
        yield
        self.is_sound = True

    def act(self, role, step, *given, at, dies=False, **words):
        """Let the person of a role at a station take a step of the product."""
        actor = self.walk.actor(at, role)
        with self.sound():
            return self.walk.act(
                step.__name__,
                at,
                lambda: step(*given, actor=actor, now=self.walk.now, **words),
                dies=dies,
            )

    # --- messages ------------------------------------------------------------------------------------

    def deliver(self, key, lot):
        with self.sound():
            self.walk.deliver(key, self.FAULTS.get(lot, ""))

    @step(lambda self: self.walk.seen.waiting, lot=lots)
    def deliver_the_first(self, lot):
        self.deliver(self.walk.heads()[0], lot)

    @step(lambda self: self.walk.seen.waiting, lot=lots)
    def deliver_the_last(self, lot):
        self.deliver(self.walk.heads()[-1], lot)

    @step(lambda self: self.walk.seen.waiting, which=nth, lot=lots)
    def deliver_another(self, which, lot):
        heads = self.walk.heads()
        self.deliver(heads[which % len(heads)], lot)

    @step(lambda self: self.walk.seen.waiting, lot=lots)
    def deliver_all(self, lot):
        # What comes of the first message comes twice too: a word that only follows others is else never heard again.
        self.deliver(self.walk.heads()[0], lot)
        with self.sound():
            self.walk.drain(twice=self.FAULTS.get(lot) == "twice")

    # --- files that move -----------------------------------------------------------------------------

    @step(lambda self: self.walk.files("on_file"), file=nth, to=nth, dies=dies)
    def offer(self, file, to, dies):
        station, key = around(self.walk.files("on_file"), file)
        others = [one for one in self.walk.homes if one is not station]
        given = {"to_code": around(others, to).code, "reason": "moved"}
        step = moving.offer_transfer
        self.walk.remember(self.act(Role.REVIEWER, step, key, at=station, dies=dies, **given))

    @step(lambda self: self.walk.files("transferring", "handed over"), file=nth, dies=dies)
    def cancel(self, file, dies):
        station, key = around(self.walk.files("transferring", "handed over"), file)
        step = moving.cancel_transfer
        self.act(Role.REVIEWER, step, key, at=station, dies=dies, reason="有误")

    @step(lambda self: self.walk.transfers("taking"), which=nth, dies=dies)
    def accept(self, which, dies):
        station, key = around(self.walk.transfers("taking"), which)
        self.act(Role.REVIEWER, moving.accept_transfer, key, at=station, dies=dies)

    @step(lambda self: self.walk.transfers("taking"), which=nth)
    def decline(self, which):
        station, key = around(self.walk.transfers("taking"), which)
        self.act(Role.REVIEWER, moving.decline_transfer, key, at=station, reason="不属本站")

    @step(lambda self: self.walk.transfers("confirming"), which=nth, dies=dies)
    def confirm(self, which, dies):
        station, key = around(self.walk.transfers("confirming"), which)
        self.act(Role.HEAD, moving.confirm_transfer, key, at=station, dies=dies)

    @step(lambda self: self.walk.transfers("confirming"), which=nth)
    def refuse(self, which):
        station, key = around(self.walk.transfers("confirming"), which)
        self.act(Role.REVIEWER, moving.refuse_transfer, key, at=station, reason="材料不全")

    # --- files that are looked at again --------------------------------------------------------------

    @step(lambda self: self.walk.files("on_file"), file=nth, event=st.sampled_from(sorted(EVENTS)))
    def report_event(self, file, event):
        station, key = around(self.walk.files("on_file"), file)
        on = clock.local_day(self.walk.now)
        step = rechecking.report_event
        self.act(Role.CLERK, step, key, at=station, event=event, happened_on=on)

    @step(lambda self: self.walk.files("on_file"), file=nth, dies=dies)
    def start(self, file, dies):
        station, key = around(self.walk.files("on_file"), file)
        self.act(Role.CLERK, rechecking.start_recheck, key, at=station, dies=dies)

    @step(lambda self: self.walk.files("rechecking", custody=False), file=nth)
    def drop(self, file):
        station, key = around(self.walk.files("rechecking", custody=False), file)
        self.act(Role.CLERK, rechecking.drop_recheck, key, at=station, reason="改日再办")

    @step(lambda self: self.walk.files("rechecking", custody=False), file=nth)
    def visit(self, file):
        station, key = around(self.walk.files("rechecking", custody=False), file)
        visit = Visit(
            visited_on=clock.local_day(self.walk.now),
            place="home",
            first_visitor="甲",
            second_visitor="乙",
            findings="属实",
            agrees=True,
        )
        self.act(Role.CLERK, rechecking.visit_again, key, visit, at=station)

    @step(lambda self: self.walk.files("rechecking", custody=False), file=nth, dies=dies)
    def send(self, file, dies):
        station, key = around(self.walk.files("rechecking", custody=False), file)
        found = Findings(text="没有变化")
        self.act(Role.CLERK, rechecking.send_recheck, key, found, at=station, dies=dies)

    @step(
        lambda self: self.walk.files("on_file", "rechecking", custody=False),
        file=nth,
        way=ways,
        dies=dies,
    )
    def leave(self, file, way, dies):
        station, key = around(self.walk.files("on_file", "rechecking", custody=False), file)
        step = rechecking.propose_exit
        self.act(Role.CLERK, step, key, leaving(way), at=station, dies=dies)

    @step(lambda self: self.walk.files("rechecking", "exit_notice"), file=nth)
    def withdraw(self, file):
        station, key = around(self.walk.files("rechecking", "exit_notice"), file)
        self.act(Role.CLERK, rechecking.withdraw_recheck, key, at=station, reason="填错了")

    # --- what the centres decide ---------------------------------------------------------------------

    @step(lambda self: self.walk.reviews("offered"), which=nth, dies=dies)
    def agree(self, which, dies):
        station, key, kind, _state = around(self.walk.reviews("offered"), which)
        step = centre.agree_exit if kind == "exit" else centre.continue_on_file
        self.act(Role.REVIEWER, step, key, at=station, dies=dies)

    @step(lambda self: self.walk.reviews("offered"), which=nth)
    def give_back(self, which):
        station, key, _kind, _state = around(self.walk.reviews("offered"), which)
        self.act(Role.REVIEWER, centre.return_life, key, at=station, reason="补充")

    @step(lambda self: self.walk.reviews("notice", "approval"), which=nth, dies=dies)
    def confirm_exit(self, which, dies):
        station, key, _kind, _state = around(self.walk.reviews("notice", "approval"), which)
        self.act(Role.HEAD, centre.confirm_exit, key, at=station, dies=dies)

    @step(lambda self: self.walk.reviews("notice", "approval", "objection"), which=nth)
    def stop_exit(self, which):
        waiting = self.walk.reviews("notice", "approval", "objection")
        station, key, _kind, _state = around(waiting, which)
        self.act(Role.HEAD, centre.stop_exit, key, at=station, reason="不符合")

    @step(lambda self: self.walk.reviews("notice"), which=nth)
    def object_to_exit(self, which):
        station, key, _kind, _state = around(self.walk.reviews("notice"), which)
        with in_station(station):
            running = Notice.objects.filter(subject_id=key, state=NoticeState.RUNNING)
            notice = running.values_list("pk", flat=True).get()

        def object_to(key, *, actor, now):
            return notices.raise_objection(key, text="有异议", name=actor.name, now=now)

        self.act(Role.CLERK, object_to, notice, at=station)

    @step(lambda self: self.walk.reviews("objection"), which=nth)
    def answer(self, which):
        station, key, _kind, _state = around(self.walk.reviews("objection"), which)
        self.act(Role.HEAD, centre.answer_exit_objection, key, at=station, answer="不成立")

    # --- exits that the centres ask for --------------------------------------------------------------

    @step(lambda self: self.walk.files("on_file"), file=nth, where=nth, way=ways, dies=dies)
    def ask_for_exit(self, file, where, way, dies):
        self._ask_for_exit(*around(self.walk.files("on_file"), file), where, way, dies)

    @step(lambda self: self.walk.files("moved_out"), file=nth, where=nth, way=ways, dies=dies)
    def ask_where_a_file_was(self, file, where, way, dies):
        self._ask_for_exit(*around(self.walk.files("moved_out"), file), where, way, dies)

    def _ask_for_exit(self, station, key, where, way, dies):
        with in_station(station):
            number = HouseholdFile.objects.values_list("file_no", flat=True).get(pk=key)
        centre_above = around([one for one in self.walk.centres if station.is_below(one)], where)
        known = {"file_no": number, "source": ExitSource.REPORT, "findings": leaving(way)}
        ask = asking.ask_exit
        asked = self.act(Role.REVIEWER, ask, at=centre_above, dies=dies, **known)
        if asked is not None:
            self.asked.append((centre_above, asked.pk))

    @step(lambda self: self.asked, which=nth, dies=dies)
    def take_question_back(self, which, dies):
        station, key = around(self.asked, which)
        self.act(Role.REVIEWER, asking.withdraw_exit, key, at=station, dies=dies, reason="有误")

    # --- the rest ------------------------------------------------------------------------------------

    @step(where=nth, days=st.sampled_from([0, 1, 2, 5, 9]))
    def pass_time(self, where, days):
        station = around(self.walk.stations, where)
        self.walk.now += timedelta(days=days)

        def tend(*, actor, now):
            del actor
            tending.tend_files(now=now)
            notices.end_over_notices(now=now)

        self.act(Role.CLERK, tend, at=station)

    @step(lambda self: len(self.walk.seen.opened) < FILES_AT_MOST, where=nth)
    def open_file(self, where):
        with self.sound():
            self.walk.open_file(around(self.walk.homes, where))

    @step(
        file=nth,
        where=nth,
        step=st.sampled_from(["offer", "cancel", "start", "drop", "send", "leave", "withdraw"]),
    )
    def try_anything_anywhere(self, file, where, step):
        key = around(self.walk.seen.opened, file)
        station = around(self.walk.homes, where)
        clerk, reviewer = Role.CLERK, Role.REVIEWER
        role, done, given, words = {
            "offer": (
                *(reviewer, moving.offer_transfer, ()),
                {"to_code": self.walk.homes[0].code, "reason": "moved"},
            ),
            "cancel": (reviewer, moving.cancel_transfer, (), {"reason": "有误"}),
            "start": (clerk, rechecking.start_recheck, (), {}),
            "drop": (clerk, rechecking.drop_recheck, (), {"reason": "改日再办"}),
            "send": (clerk, rechecking.send_recheck, (Findings(text="没有变化"),), {}),
            "leave": (clerk, rechecking.propose_exit, (leaving("died"),), {}),
            "withdraw": (clerk, rechecking.withdraw_recheck, (), {"reason": "填错了"}),
        }[step]
        result = self.act(role, done, key, *given, at=station, **words)
        if step == "offer":
            self.walk.remember(result)

    # A rule that has several names is drawn more often: what lets a file get on.
    deliver_the_first_too = deliver_the_first
    deliver_all_too = deliver_all
    cancel_too = cancel
    accept_too = accept
    confirm_too = confirm
    send_too = send
    agree_too = agree
    confirm_exit_too = confirm_exit
