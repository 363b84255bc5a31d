"""A donation goes back to its donor: two people, the bank's proof, the receipt cancelled, nothing promised taken."""

import pytest
from django.db import connection

from bangfu.kernel.errors import IllegalMove, InvalidInput
from shared_apps.audit.auditor import audit_ledger
from shared_apps.audit.models import AuditRow
from tenant_apps.casework.models import Clock, Event, Todo
from tenant_apps.funds import promises
from tenant_apps.funds.expectations import Booking, waiting
from tenant_apps.funds.models import Journal
from tenant_apps.funds.promises import Promised
from tenant_apps.funds.services import reserve_budget
from tenant_apps.sources import services
from tenant_apps.sources.errors import ActedOn, NotReturnable, SamePerson
from tenant_apps.sources.models import Donation
from tenant_apps.sources.selectors import facts_of_sources, returnable
from tests.tenant_apps.sources.conftest import TODAY, acting_at
from tests.tenant_apps.sources.test_donations import GIFT, give

pytestmark = pytest.mark.usefixtures("at_noon")

ALL = ("1001", "4003", "8001", "8002")


@pytest.fixture
def gift(county):
    return county.open_fund("JZ01", "爱心捐款", "donation")


@pytest.fixture
def given(county, gift):
    """1,000 yuan that came and have their receipt."""
    donation = give(county, gift)
    with acting_at(county.station):
        return services.give_receipt(donation.pk, **county.edge(county.finance))


@pytest.fixture
def goods(county):
    with acting_at(county.station):
        donation = services.pledge_donation(
            kind="goods", donor="爱心超市", amount_fen=3_000_00, goods="大米 50 袋",
            **county.edge(county.finance),
        )  # fmt: skip
        services.receive_goods(donation.pk, **county.edge(county.finance))
        return services.give_receipt(donation.pk, **county.edge(county.finance))


def ask(desk, donation, fen=GIFT, by=None):
    with acting_at(desk.station):
        return services.ask_return(
            donation.pk,
            amount_fen=fen,
            reason="捐赠人来函要求退还",
            **desk.edge(by or desk.finance),
        )


def agree(desk, donation, by=None):
    with acting_at(desk.station):
        return services.agree_return(donation.pk, **desk.edge(by or desk.head))


def agreed(desk, donation, fen=GIFT):
    ask(desk, donation, fen)
    return agree(desk, donation)


def pays(desk, donation, fen=GIFT, serial=""):
    return desk.books(
        donation.number, fen, kind="donation_return", counterparty=donation.donor, serial=serial
    )


def now_of(desk, donation):
    with acting_at(desk.station):
        return Donation.objects.get(pk=donation.pk)


def balances(desk, fund):
    return tuple(desk.balance(code, fund) for code in ALL)


def test_money_goes_back_when_two_people_agreed_and_the_bank_paid(county, gift, given):
    ask(county, given)
    assert balances(county, gift) == (GIFT, GIFT, GIFT, 0)
    with acting_at(county.station):
        todo = Todo.objects.get(subject_id=given.pk, closed_at=None)
        assert (todo.capability, todo.not_for) == ("fund.check", [county.finance.user_id])
    agree(county, given)
    assert balances(county, gift) == (GIFT, GIFT, 0, GIFT)
    (waits,) = county.expected("donation_return")
    assert (waits.ref, waits.amount_fen, waits.incoming) == (given.number, GIFT, False)

    journal = pays(county, given)

    assert balances(county, gift) == (0, 0, 0, 0)
    assert journal.kind == "donation_back"
    back = now_of(county, given)
    assert (back.state, back.kept_fen, back.receipt_number) == ("returned", 0, None)
    assert [one["text"] for one in back.void_receipts] == ["2026-00001"]
    assert county.expected("donation_return") == []
    with acting_at(county.station):
        said = Event.objects.get(subject_id=given.pk, action="returned").comment
        assert "收据 2026-00001 作废" in said
        assert AuditRow.objects.get(event="donation.returned").data["amount_fen"] == GIFT
        assert not Todo.objects.filter(subject_id=given.pk, closed_at=None).exists()


def test_the_one_who_asked_does_not_agree(county, given):
    ask(county, given)
    with pytest.raises(SamePerson):
        agree(county, given, by=county.finance)
    assert now_of(county, given).state == "to_return"


def test_an_amount_and_a_reason_are_asked(county, given):
    for fen, reason in ((0, "来函"), (GIFT, "  ")):
        with acting_at(county.station), pytest.raises(InvalidInput):
            services.ask_return(
                given.pk, amount_fen=fen, reason=reason, **county.edge(county.finance)
            )


def test_no_more_goes_back_than_came(county, given):
    with pytest.raises(NotReturnable):
        ask(county, given, GIFT + 1)


def test_what_is_held_for_others_does_not_go_back(county, gift, given):
    with acting_at(county.station):
        reserve_budget(
            ref="aid:1", fund_id=gift.pk, amount_fen=400_00, on=TODAY, memo="占用", **county.two
        )
        assert returnable(Donation.objects.get(pk=given.pk)).fen == 600_00
    with pytest.raises(NotReturnable):
        ask(county, given, 600_01)
    agreed(county, given, 600_00)
    assert county.balance("8001", gift) == 0


def test_what_was_promised_does_not_go_back(county, given, monkeypatch):
    monkeypatch.setattr(promises, "_promising", {"aid": lambda fund, year: Promised(fen=700_00)})
    with pytest.raises(NotReturnable):
        ask(county, given, 300_01)
    assert ask(county, given, 300_00).state == "to_return"


def test_what_was_promised_between_asking_and_agreeing_stays(county, given, monkeypatch):
    ask(county, given)
    monkeypatch.setattr(promises, "_promising", {"aid": lambda fund, year: Promised(fen=1)})
    with pytest.raises(NotReturnable):
        agree(county, given)


def test_what_was_used_does_not_go_back(county, given):
    with acting_at(county.station):
        who = county.edge(county.finance)
        services.move_donation(given.pk, "allocate", words="两节慰问", **who)
        services.move_donation(given.pk, "use", words="慰问 1 户", **who)
    with pytest.raises(IllegalMove):
        ask(county, given)


def test_a_part_goes_back_and_the_rest_is_due_a_receipt_of_its_own(county, gift, given):
    agreed(county, given, 400_00)
    pays(county, given, 400_00)

    left = now_of(county, given)
    assert (left.state, left.kept_fen, left.receipt_text) == ("received", 600_00, "")
    with acting_at(county.station):
        assert Clock.objects.filter(subject_id=given.pk, stopped_at=None).get().kind == (
            "donation_receipt"
        )
        again = services.give_receipt(given.pk, **county.edge(county.finance))
    # The number of the cancelled receipt is used up.
    assert again.receipt_text == "2026-00002"
    agreed(county, given, 600_00)
    pays(county, given, 600_00)
    assert now_of(county, given).state == "returned"
    assert balances(county, gift) == (0, 0, 0, 0)


def test_the_bank_pays_what_was_agreed_and_no_other_amount(county, given):
    agreed(county, given)
    with pytest.raises(IllegalMove):
        pays(county, given, GIFT - 1)
    assert county.balance("1001", None) >= GIFT


def test_the_same_line_again_is_the_same_voucher(county, given):
    agreed(county, given)
    line = Booking(
        serial="S-1", booked_on=TODAY, amount_fen=-GIFT, counterparty=given.donor, text=given.number
    )
    with acting_at(county.station):
        first, again = (
            waiting()["donation_return"].settle(given.number, (line,), **county.two)
            for _time in range(2)
        )
    assert first == again


def test_before_the_bank_paid_it_can_be_kept(county, gift, given):
    agreed(county, given)
    with acting_at(county.station):
        kept = services.stop_return(
            given.pk, reason="捐赠人撤回要求", **county.edge(county.finance)
        )
    assert (kept.state, kept.receipt_text) == ("receipted", "2026-00001")
    assert balances(county, gift) == (GIFT, GIFT, GIFT, 0)
    assert county.expected("donation_return") == []
    # Asked for once more, it is another hold of budget.
    agreed(county, given)
    pays(county, given)
    assert balances(county, gift) == (0, 0, 0, 0)


def test_a_line_that_was_anothers_is_taken_back_and_the_return_waits_again(county, gift, given):
    agreed(county, given)
    journal = pays(county, given)
    back = waiting()["donation_return"]
    with acting_at(county.station):
        back.check_undo(given.number, journal)
        back.undo(given.number, journal, reason="配错了", **county.two)
    assert balances(county, gift) == (GIFT, GIFT, 0, GIFT)
    assert now_of(county, given).state == "returning"
    pays(county, given)
    assert balances(county, gift) == (0, 0, 0, 0)
    with acting_at(county.station):
        assert Journal.objects.filter(kind="donation_back", reversed_by=None).count() == 1


def audited(desk):
    with acting_at(desk.station), connection.cursor() as cursor:
        return audit_ledger(cursor, station=desk.station.id)


def test_the_auditor_compares_what_went_back_with_its_vouchers(county, given):
    agreed(county, given, 400_00)
    journal = pays(county, given, 400_00)
    assert audited(county) == []
    with acting_at(county.station):
        waiting()["donation_return"].undo(given.number, journal, reason="配错了", **county.two)
    assert audited(county) == []
    pays(county, given, 400_00)
    assert audited(county) == []

    with acting_at(county.station):
        Donation.objects.filter(pk=given.pk).update(returned_fen=300_00)

    found, other = audited(county)
    assert other.check == "donation-returns-do-not-add-up"
    assert found.check == "donation-returned-otherwise"
    assert (found.record, found.seen) == (given.number, "30000 for 40000")
    assert found.page == f"sources/donations/{given.pk}/"


def test_the_auditor_compares_what_waits_for_the_bank_with_the_budget_held_for_it(county, given):
    agreed(county, given, 400_00)
    assert audited(county) == []
    with acting_at(county.station):
        asked = Donation.objects.get(pk=given.pk).going_back
        Donation.objects.filter(pk=given.pk).update(going_back=asked | {"fen": 300_00})
        (found,) = audited(county)
        assert (found.check, found.record, found.seen) == (
            "donation-held-otherwise", given.number, "40000 for 30000",
        )  # fmt: skip
        assert found.page == f"sources/donations/{given.pk}/"
        # Kept after all, past the services: the budget is still held.
        Donation.objects.filter(pk=given.pk).update(state="received", going_back={})
    assert [(one.check, one.seen) for one in audited(county)] == [
        ("donation-held-otherwise", "40000 for 0")
    ]


def test_a_voucher_of_a_return_that_no_donation_knows_is_found(county, given):
    agreed(county, given)
    pays(county, given)
    with acting_at(county.station):
        Donation.objects.filter(pk=given.pk).update(number="JZ-OTHER")
    checks = ("donation-returned-otherwise", "donation-held-otherwise")
    assert {(one.check, one.record) for one in audited(county)} == {
        (check, number) for check in checks for number in ("JZ-OTHER", given.number)
    }


def test_goods_that_went_back_are_sound_without_a_voucher(county, goods):
    ask(county, goods, 3_000_00)
    agree(county, goods)
    assert audited(county) == []


def test_what_went_on_since_is_not_taken_back(county, given):
    agreed(county, given, 400_00)
    journal = pays(county, given, 400_00)
    with acting_at(county.station):
        services.give_receipt(given.pk, **county.edge(county.finance))
        with pytest.raises(ActedOn):
            waiting()["donation_return"].check_undo(given.number, journal)


def test_goods_go_back_when_two_people_say_so_and_are_undone_by_two(county, goods):
    ask(county, goods, 3_000_00)
    agree(county, goods)
    back = now_of(county, goods)
    assert (back.state, back.void_receipts[0]["text"]) == ("returned", "2026-00001")
    assert county.expected("donation_return") == []
    with acting_at(county.station):
        with pytest.raises(SamePerson):
            services.undo_return(goods.pk, reason="未取走", **county.edge(county.finance))
        again = services.undo_return(goods.pk, reason="未取走", **county.edge(county.head))
    assert (again.state, again.kept_fen) == ("received", 3_000_00)


def facts(desk):
    with acting_at(desk.station):
        totals = {}
        for fact in facts_of_sources():
            n, value = totals.get(fact.indicator, (0, 0))
            totals[fact.indicator] = (n + fact.n, value + fact.value)
        return totals


def test_the_numbers_lose_what_went_back_and_the_donor_who_took_all(county, given):
    agreed(county, given, 400_00)
    pays(county, given, 400_00)
    assert facts(county) == {"LOV-06": (0, 600_00), "LOV-06.P": (1, 0)}
    agreed(county, given, 600_00)
    journal = pays(county, given, 600_00)
    assert facts(county) == {"LOV-06": (-1, 0), "LOV-06.P": (0, 0)}
    with acting_at(county.station):
        waiting()["donation_return"].undo(given.number, journal, reason="配错", **county.two)
    assert facts(county) == {"LOV-06": (0, 600_00), "LOV-06.P": (1, 0)}


def test_the_pages_take_it_from_asking_to_agreeing(county, given, signed_in):
    home = f"/s/{county.station.code}/sources/donations/{given.pk}"
    page = signed_in(county.finance).get(f"{home}/").content.decode()
    assert "可退还捐赠人 1,000.00 元" in page
    said = signed_in(county.finance).post(
        f"{home}/ask_return/", {"amount": "400.00", "words": "多捐了"}, follow=True
    ).content.decode()  # fmt: skip
    assert "申请退还 400.00 元：多捐了" in said
    assert "同意退还</button>" not in said
    said = signed_in(county.head).post(f"{home}/agree_return/", follow=True).content.decode()
    assert f"请在付款单附言中填写 {given.number}" in said
    pays(county, given, 400_00)
    said = signed_in(county.head).get(f"{home}/").content.decode()
    for words in ("作废收据", "2026-00001", "600.00 元"):
        assert words in said


def test_the_interface_takes_the_same_steps(county, given, signed_in):
    home = f"/s/{county.station.code}/api/v1/sources/donations/{given.pk}"

    keys = iter(range(9))

    def send(actor, step, **body):
        return signed_in(actor).post(
            f"{home}/{step}/", body, content_type="application/json",
            headers={"Idempotency-Key": f"return-{next(keys)}"},
        )  # fmt: skip

    assert send(county.finance, "ask_return", words="来函").status_code == 422
    assert send(county.head, "ask_return", amount_fen=1, words="来函").status_code == 403
    row = send(county.finance, "ask_return", amount_fen=GIFT, words="来函").json()
    assert (row["state"], row["returning_fen"]) == ("to_return", GIFT)
    assert send(county.finance, "agree_return").status_code == 403
    assert send(county.head, "agree_return").json()["state"] == "returning"
    pays(county, given)
    row = signed_in(county.head).get(f"{home}/").json()
    assert (row["state"], row["void_receipts"]) == ("returned", ["2026-00001"])
