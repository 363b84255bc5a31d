"""What was paid is entered in the national system: noted for a whole batch, waited for, and undone with the payment."""

from datetime import timedelta

import pytest

from bangfu.kernel import clock
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from tenant_apps.aid.models import Application
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.payouts import services
from tenant_apps.payouts.bankfile import Status
from tenant_apps.payouts.errors import NotFinished, WaivedByOne
from tenant_apps.payouts.models import BatchState
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.payouts import conftest
from tests.tenant_apps.payouts.drawing import signature
from tests.tenant_apps.payouts.test_receipts import codes

TODAY = clock.local_day(NOON)


def enter(office, batch, *, on=TODAY, by=None):
    return services.enter_nationally(batch.pk, entered_on=on, actor=by or office.finance, now=NOON)


def waiting(batch):
    return Todo.objects.filter(subject_id=batch.pk, kind="payout.nat_entry", closed_at=None).first()


def test_a_batch_that_was_compared_waits_thirty_working_days_for_it(office):
    batch = office.paid()
    services.reconcile_batch(batch.pk, actor=office.supervisor, now=NOON)
    todo = waiting(batch)
    running = Clock.objects.get(subject_id=batch.pk, kind="nat_entry", stopped_at=None)
    assert (todo.capability, todo.due_on) == ("payout.send", running.due_on)
    assert batch.number in todo.headline

    enter(office, batch)

    assert waiting(batch) is None
    assert not Clock.objects.filter(subject_id=batch.pk, stopped_at=None).exists()
    kept = {line.application_id for line in office.lines(batch)}
    days = Application.objects.filter(pk__in=kept).values_list("nat_entry_on", flat=True)
    assert set(days) == {TODAY}
    assert services.nationally_left(batch) == 0
    said = AuditRow.objects.get(event="payout.nat_entry").data
    assert (said["entered_on"], said["entered"]) == (str(TODAY), len(kept))


def test_what_was_entered_before_it_is_compared_does_not_wait(office):
    batch = office.paid()
    enter(office, batch)
    services.reconcile_batch(batch.pk, actor=office.supervisor, now=NOON)
    assert waiting(batch) is None


def test_money_that_comes_back_is_not_entered_any_more(office):
    batch = office.paid()
    enter(office, batch)
    first = office.lines(batch)[0]
    office.answered(batch, {first.ref: (Status.RETURNED, "账户已注销")}, is_whole=False)
    assert Application.objects.get(pk=first.application_id).nat_entry_on is None


@pytest.mark.parametrize("days", [-400, 1, None])
def test_the_day_lies_between_the_bank_and_today(office, days):
    batch = office.paid()
    on = None if days is None else TODAY + timedelta(days=days)
    with pytest.raises(InvalidInput) as refused:
        enter(office, batch, on=on)
    assert codes(refused) == {"P40"}


def test_nothing_is_entered_before_it_was_paid(office):
    with pytest.raises(IllegalMove):
        enter(office, office.sent())


def test_only_finance_notes_it(office):
    with pytest.raises(NotPermitted):
        enter(office, office.paid(), by=office.clerk)


def test_the_page_and_the_interface_take_the_day(office, signed_in):
    batch = office.paid()
    home = f"/s/{office.station.code}"
    browser = signed_in(office.finance)
    assert "笔没有登记录入全国系统" in browser.get(f"{home}/payouts/{batch.pk}/").content.decode()
    page = browser.post(
        f"{home}/payouts/{batch.pk}/nat-entry/", {"entered_on": str(TODAY)}, follow=True
    ).content.decode()
    assert "已发放的都已登记录入全国系统" in page
    answer = browser.post(
        f"{home}/api/v1/payouts/{batch.pk}/nat-entry/", {"entered_on": str(TODAY)},
        content_type="application/json", headers={"Idempotency-Key": "n1"},
    )  # fmt: skip
    assert answer.json()["number"] == batch.number


# --- what cannot be entered -----------------------------------------------------------------------


@scene(after=conftest.paying)
def ready(cast, office):
    """A batch of which nothing is missing but the entry in the national system."""
    with in_station(office.station):
        batch = office.paid()
        services.reconcile_batch(batch.pk, actor=office.supervisor, now=NOON)
        for at, line in enumerate(office.lines(batch)):
            services.sign_on_screen(line.pk, drawn=signature(at), actor=office.clerk, now=NOON)
        services.export_summary(batch.pk, actor=office.finance, now=NOON)
        return batch


def close(office, batch):
    return services.close_batch(batch.pk, actor=office.finance, now=NOON)


def ask(office, batch, reason="国家系统没有这类对象的入口"):
    return services.ask_waiver(batch.pk, reason=reason, actor=office.finance, now=NOON)


def test_a_batch_is_not_put_away_before_it_is_entered(office, ready):
    with pytest.raises(NotFinished, match="3 笔没有登记录入全国系统"):
        close(office, ready)
    enter(office, ready)
    assert close(office, ready).state == BatchState.CLOSED


def test_what_cannot_be_entered_is_put_away_when_the_head_agreed(office, ready):
    ask(office, ready)
    todo = Todo.objects.get(subject_id=ready.pk, kind="payout.waive", closed_at=None)
    assert (todo.capability, todo.not_for) == ("payout.approve", [office.finance.user_id])
    with pytest.raises(NotFinished):
        close(office, ready)
    services.agree_waiver(ready.pk, actor=office.head, now=NOON)
    assert waiting(ready) is None
    assert not Clock.objects.filter(subject_id=ready.pk, stopped_at=None).exists()
    assert AuditRow.objects.get(event="payout.waive_agree").data["left"] == 3
    assert close(office, ready).state == BatchState.CLOSED


def test_the_one_who_asked_does_not_agree(office, ready, person_at):
    both = person_at(office.station, Role.FINANCE, Role.HEAD, name="一肩挑")
    services.ask_waiver(ready.pk, reason="没有入口", actor=both, now=NOON)
    with pytest.raises(WaivedByOne):
        services.agree_waiver(ready.pk, actor=both, now=NOON)


def test_a_head_who_does_not_agree_says_why_and_the_entry_is_waited_for(office, ready):
    ask(office, ready)
    with pytest.raises(InvalidInput):
        services.refuse_waiver(ready.pk, reason=" ", actor=office.head, now=NOON)
    refused = services.refuse_waiver(ready.pk, reason="可以补录", actor=office.head, now=NOON)
    assert refused.nat_waiver == {}
    assert waiting(ready) is not None
    with pytest.raises(NotFinished):
        close(office, ready)
    with pytest.raises(IllegalMove):
        services.agree_waiver(ready.pk, actor=office.head, now=NOON)


def test_nothing_is_waived_without_a_reason_or_where_all_is_entered(office, ready):
    with pytest.raises(InvalidInput):
        ask(office, ready, reason="")
    enter(office, ready)
    with pytest.raises(IllegalMove):
        ask(office, ready)


def test_pages_and_interface_ask_and_agree(office, ready, signed_in):
    home = f"/s/{office.station.code}"
    browser = signed_in(office.finance)
    browser.post(f"{home}/payouts/{ready.pk}/waive_ask/", {"reason": "没有入口"})
    page = browser.get(f"{home}/payouts/{ready.pk}/").content.decode()
    assert "申请：没有入口" in page
    assert "等待主席审批" in page
    answer = signed_in(office.head).post(
        f"{home}/api/v1/payouts/{ready.pk}/waive_agree/", {},
        content_type="application/json", headers={"Idempotency-Key": "w1"},
    )  # fmt: skip
    assert answer.json()["nat_waiver"]["left"] == 3
    assert "3 笔免于录入" in browser.get(f"{home}/payouts/{ready.pk}/").content.decode()
