"""One person makes a voucher, a second checks it."""

import pytest

from bangfu.kernel.errors import InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from tenant_apps.casework.models import Event, Todo
from tenant_apps.casework.selectors import todos_for
from tenant_apps.funds.errors import PeriodNotOpen, SamePerson, VoucherDecided
from tenant_apps.funds.models import Account, Journal, Period
from tenant_apps.funds.selectors import count_waiting, waiting_vouchers
from tenant_apps.funds.services import (
    check_voucher,
    propose_reversal,
    propose_voucher,
    propose_year,
    return_voucher,
)
from tests.conftest import NOON
from tests.tenant_apps.funds.conftest import TODAY


def propose(books, fen=100_00, **more):
    return propose_voucher(
        kind=more.pop("kind", "manual"),
        effective_on=more.pop("on", TODAY),
        memo="市总拨款到账",
        legs=[books.leg("1001", fen), books.leg("4002", -fen)],
        actor=more.pop("actor", books.finance),
        now=NOON,
    )


def test_a_voucher_is_posted_only_when_a_second_person_has_checked_it(books):
    draft = propose(books)
    assert not Journal.objects.exists()

    journal = check_voucher(draft.id, actor=books.head, now=NOON)

    assert journal.pk == draft.id
    assert (journal.maker_id, journal.checker_id) == (books.finance.user_id, books.head.user_id)
    assert Account.objects.get(code="1001").balance_fen == 100_00
    assert not Todo.objects.filter(closed_at=None).exists()
    assert [event.action for event in Event.objects.order_by("id")] == ["made", "checked"]


def test_checking_twice_posts_once(books):
    draft = propose(books)

    assert check_voucher(draft.id, actor=books.head, now=NOON) == check_voucher(
        draft.id, actor=books.head, now=NOON
    )
    assert Journal.objects.count() == 1


def test_the_maker_does_not_check_although_finance_may(books):
    draft = propose(books)

    with pytest.raises(SamePerson):
        check_voucher(draft.id, actor=books.finance, now=NOON)


def test_a_voucher_waits_on_the_workbench_of_those_who_check(books, person_at):
    propose(books)

    todo = Todo.objects.get()
    assert todo.capability == "fund.check"
    assert todo.headline == "复核凭证：市总拨款到账，100.00 元"
    assert list(todos_for(books.head)) == [todo]
    assert list(todos_for(person_at(books.station, Role.FINANCE))) == [todo]


def test_a_voucher_does_not_wait_for_its_maker(books):
    draft = propose(books)
    assert not todos_for(books.finance).exists()
    assert (count_waiting(books.finance), count_waiting(books.head)) == (0, 1)

    journal = check_voucher(draft.id, actor=books.head, now=NOON)
    propose_reversal(
        journal.pk, effective_on=TODAY, reason="重复入账", actor=books.finance, now=NOON
    )
    assert not todos_for(books.finance).exists()
    assert todos_for(books.head).count() == 1


def test_a_returned_voucher_is_not_posted_any_more(books):
    draft = propose(books)
    with pytest.raises(InvalidInput):
        return_voucher(draft.id, reason="", actor=books.head, now=NOON)

    return_voucher(draft.id, reason="科目应为 4001", actor=books.head, now=NOON)

    with pytest.raises(VoucherDecided):
        check_voucher(draft.id, actor=books.head, now=NOON)
    assert waiting_vouchers(actor=books.finance) == []


def test_the_maker_takes_a_voucher_back_without_a_reason(books):
    draft = propose(books)

    return_voucher(draft.id, reason="", actor=books.finance, now=NOON)

    assert Event.objects.order_by("-id").first().action == "withdrawn"


def test_the_supervisor_neither_makes_nor_checks_nor_returns(books):
    draft = propose(books)

    with pytest.raises(NotPermitted):
        propose(books, actor=books.supervisor)
    with pytest.raises(NotPermitted):
        check_voucher(draft.id, actor=books.supervisor, now=NOON)
    with pytest.raises(NotPermitted):
        return_voucher(draft.id, reason="不对", actor=books.supervisor, now=NOON)
    assert [one.id for one in waiting_vouchers(actor=books.supervisor)] == [draft.id]


def test_only_kinds_that_are_made_by_hand_are_made_by_hand(books):
    with pytest.raises(InvalidInput) as refused:
        propose(books, kind="bank_in")

    assert [problem.code for problem in refused.value.problems] == ["L107"]


def test_a_day_in_no_open_month_is_refused_at_once(books):
    with pytest.raises(PeriodNotOpen):
        propose(books, on=TODAY.replace(year=2027))


def test_a_reversal_by_hand_waits_for_a_second_person_too(books):
    journal = check_voucher(propose(books).id, actor=books.head, now=NOON)

    draft = propose_reversal(
        journal.pk, effective_on=TODAY, reason="重复入账", actor=books.finance, now=NOON
    )
    with pytest.raises(VoucherDecided):
        propose_reversal(
            journal.pk, effective_on=TODAY, reason="重复入账", actor=books.finance, now=NOON
        )
    mirror = check_voucher(draft.id, actor=books.head, now=NOON)

    assert mirror.reverses == journal
    assert Account.objects.get(code="1001").balance_fen == 0


def test_two_people_open_the_first_year(outsider, person_at):
    finance, head = person_at(outsider, "finance"), person_at(outsider, "head")
    with in_station(outsider):
        draft = propose_year(2026, actor=finance, now=NOON)
        with pytest.raises(VoucherDecided):
            propose_year(2026, actor=finance, now=NOON)
        with pytest.raises(SamePerson):
            check_voucher(draft.id, actor=finance, now=NOON)

        assert check_voucher(draft.id, actor=head, now=NOON) is None
        assert Period.objects.filter(year=2026).count() == 13
