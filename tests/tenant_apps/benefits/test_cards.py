"""Cards from the application to their end, what is bought with them, and what households are let off."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.partners.models import Agreement, Partner
from shared_apps.rollup.services import recount_station
from tenant_apps.benefits.errors import (
    AboveBalance,
    CardNotValid,
    CardThere,
    GoodsNotAllowed,
    NoAgreement,
    NoCertificate,
    NotOnFile,
    NumberTaken,
    OneTicketRule,
    ReceiptTaken,
    ReversedAlready,
)
from tenant_apps.benefits.models import Card, Entry
from tenant_apps.benefits.rules import shares
from tenant_apps.benefits.selectors import cards_other_than_entries
from tenant_apps.casework.models import Todo
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.privacy.services.erasing import erase_file
from tenant_apps.privacy.services.scrubbing import GONE
from tests.support.held import taken_along
from tests.tenant_apps.benefits.conftest import BOUGHT


@pytest.mark.parametrize(
    ("whole", "union", "expected"),
    [
        (100_000, 8_800, (88_000, 12_000)),
        (100_000, 8_500, (85_000, 15_000)),
        (100_000, 8_000, (80_000, 20_000)),
        (3_333, 8_800, (2_933, 400)),
        (3_333, 8_500, (2_833, 500)),
        (3_333, 8_000, (2_666, 667)),
        (10, 8_500, (9, 1)),
    ],
)
def test_two_shares_are_the_whole_to_the_fen(whole, union, expected):
    assert shares(whole, union) == expected


def test_a_purchase_leaves_the_card_and_is_split_as_agreed(window):
    entry = window.buy(3_333, receipt="A1")
    assert (entry.union_fen, entry.partner_fen, entry.outlet) == (2_933, 400, "一店")
    assert window.fresh(window.card).balance_fen == 96_667
    assert window.number("LOV-05", "value") == 3_333
    assert window.number("LOV-05", "value", "share_of", "union") == 2_933


def test_nothing_is_bought_above_the_balance(window):
    with pytest.raises(AboveBalance, match="不足"):
        window.buy(100_001)
    window.buy(100_000)
    assert window.fresh(window.card).balance_fen == 0


def test_only_what_was_agreed_is_bought_where_it_was_agreed(window):
    with pytest.raises(InvalidInput):
        window.buy(100, outlet="三店")
    with pytest.raises(CardNotValid, match="不适用于"):
        window.buy(100, partner=window.pharmacy)
    narrow = window.partner("supermarket", "粮店", 8_800, goods=("grain_oil",))
    with pytest.raises(GoodsNotAllowed, match="可购：米面粮油"):
        window.buy(100, partner=narrow, goods_kind="clothes")
    assert window.buy(100, partner=narrow, goods_kind="grain_oil").partner_fen == 12


def test_a_slip_is_entered_once(window):
    window.buy(100, receipt="A1")
    with pytest.raises(ReceiptTaken):
        window.buy(200, receipt="A1")


def test_nothing_is_bought_outside_the_days_of_an_agreement(window):
    with pytest.raises(NoAgreement):
        window.buy(100, on=date(2025, 12, 31))
    with in_station(window.station):
        agreement = Agreement.objects.get(partner=window.market)
    window.act("end_agreement", agreement.pk, reason="提前终止", by=window.head)
    assert window.buy(100).union_fen == 88
    window.pass_days(3)
    with pytest.raises(NoAgreement):
        window.buy(100, on=window.today)


def test_an_agreement_holds_when_another_person_has_confirmed_it(window):
    with in_station(window.station):
        made = Agreement.objects.get(partner=window.market)
    with pytest.raises(IllegalMove):
        window.act("confirm_agreement", made.pk, by=window.head)
    other = window.act("keep_partner", _partner("school", "实验小学"), by=window.reviewer)
    drafted = window.act("draft_agreement", other.pk, _agreement("XX-1"), by=window.reviewer)
    with pytest.raises(NotPermitted):
        window.act("confirm_agreement", drafted.pk, by=window.reviewer)


def test_an_entry_is_taken_back_once(window):
    entry = window.buy(3_333)
    window.act("reverse_entry", entry.pk, reason="退货")
    assert window.fresh(window.card).balance_fen == 100_000
    assert window.number("LOV-05", "value") == 0
    with pytest.raises(ReversedAlready):
        window.act("reverse_entry", entry.pk, reason="退货")


def test_what_was_spent_is_not_taken_off_the_card_again(window):
    [charge] = window.entries(kind="top_up")
    window.buy(1)
    with pytest.raises(NotPermitted):
        window.act("reverse_entry", charge.pk, reason="充错")
    with pytest.raises(AboveBalance):
        window.act("reverse_entry", charge.pk, reason="充错", by=window.finance)


def test_a_household_has_one_card_of_a_kind(window):
    with pytest.raises(CardThere):
        window.act("apply_for_card", window.wang.pk, kind="shopping")
    other = window.act("apply_for_card", window.li.pk, kind="shopping")
    with pytest.raises(NumberTaken):
        window.act("issue_card", other.pk, number="G-001", by=window.reviewer)
    with pytest.raises(NotPermitted):
        window.act("issue_card", other.pk, number="G-002")


def test_only_a_household_on_file_has_a_card(window):
    with in_station(window.station):
        HouseholdFile.objects.filter(pk=window.li.pk).update(state=FileState.OUT)
    with pytest.raises(NotOnFile):
        window.act("apply_for_card", window.li.pk, kind="shopping")


def test_a_card_ends_with_the_file(window):
    certificate = window.issued(window.wang, "preferential", "Y-001")
    assert window.number("CER-01") == 1
    window.happens("exited", window.wang)
    assert window.fresh(window.card).state == "cancelled"
    assert window.fresh(certificate).end_reason == "档案已退出"
    assert window.number("CER-01") == 0
    with pytest.raises(CardNotValid):
        window.buy(100)


def test_a_card_is_valid_for_a_year_and_longer_after_the_yearly_check(window):
    assert window.card.valid_to == window.today + timedelta(days=364)
    window.pass_days(340)
    window.act_keep_up()
    with in_station(window.station):
        assert Todo.objects.filter(kind="benefit.check_due", closed_at=None).count() == 1
    window.act("step_card", window.card.pk, "renew", by=window.reviewer)
    window.pass_days(100)
    window.act_keep_up()
    assert window.fresh(window.card).state == "active"
    window.pass_days(300)
    window.act_keep_up()
    assert window.fresh(window.card).state == "expired"


def test_a_lost_card_is_stopped_and_replaced_with_its_balance(window):
    window.act("step_card", window.card.pk, "suspend", reason="挂失")
    with pytest.raises(CardNotValid, match="暂停使用"):
        window.buy(100)
    window.act("replace_card", window.card.pk, number="G-009", reason="遗失", by=window.reviewer)
    card = window.fresh(window.card)
    assert (card.state, card.number, card.former_numbers) == ("active", "G-009", ["G-001"])
    assert window.buy(100).effect_fen == -100


def test_the_number_of_a_lost_card_is_not_given_to_another_household(window):
    window.act("replace_card", window.card.pk, number="G-009", reason="遗失", by=window.reviewer)
    other = window.act("apply_for_card", window.li.pk, kind="shopping")
    with pytest.raises(NumberTaken):
        window.act("issue_card", other.pk, number="G-001", by=window.reviewer)


def test_certificates_that_are_stopped_do_not_count(window):
    certificate = window.issued(window.wang, "preferential", "Y-001")
    window.act("step_card", certificate.pk, "suspend", reason="核查")
    assert window.number("CER-01") == 0
    window.act("step_card", certificate.pk, "resume")
    assert window.number("CER-01", dimension="card_kind", key="preferential") == 1


def test_reliefs_need_the_certificate(window):
    with pytest.raises(NoCertificate):
        window.relieve(6_000, "utilities", department="供电公司")
    window.issued(window.wang, "preferential", "Y-001")
    window.relieve(6_000, "utilities", department="供电公司")
    window.relieve(10_000, "rent", department="房管局")
    assert window.number("CER-02", "value") == 16_000
    assert window.number("CER-02", "value", "relief", "rent") == 10_000


def test_business_relief_is_for_those_who_trade(window):
    window.issued(window.wang, "preferential", "Y-001")
    with in_station(window.station):
        HouseholdFile.objects.filter(pk=window.wang.pk).update(shop=False)
    with pytest.raises(InvalidInput) as raised:
        window.relieve(5_000, "business", department="工商局")
    assert raised.value.problems[0].code == "B107"


def test_70_percent_of_sundries_count_by_pupil_and_stage(window):
    window.relieve(13_440, "fees", stage="compulsory", department="教育局")
    assert window.number("EDU-04", "value", "aid_stage", "compulsory") == 13_440
    with pytest.raises(InvalidInput):
        window.relieve(13_440, "fees", department="教育局")


def test_a_bill_is_enough_where_the_rate_is_known(window):
    school = window.relieve(0, "fees", stage="compulsory", bill_fen=19_201)
    assert (school.amount_fen, school.note) == (13_441, "账单 192.01 元")
    window.issued(window.wang, "extreme", "T-001")
    shop = window.partner("pharmacy", "优惠药店", 10_000, discount_basis_points=500)
    assert window.relieve(0, "pharmacy", partner_id=shop.pk, bill_fen=10_010).amount_fen == 501
    with pytest.raises(InvalidInput):
        window.relieve(0, "rent", bill_fen=10_000)


def test_hospital_and_pharmacy_reliefs_count_by_partner(window):
    window.issued(window.wang, "extreme", "T-001")
    window.relieve(21_280, "pharmacy", partner_id=window.pharmacy.pk)
    assert window.number("MED-03", "value", "partner_kind", "love_pharmacy") == 21_280
    with pytest.raises(InvalidInput):
        window.relieve(100, "hospital", partner_id=window.pharmacy.pk)


def test_a_household_is_given_two_tickets_a_year(window):
    window.issued(window.wang, "preferential", "Y-001")
    given = window.act("give_tickets", window.wang.pk, quantity=2)
    with pytest.raises(OneTicketRule):
        window.act("give_tickets", window.wang.pk, quantity=1)
    window.act("reverse_entry", given.pk, reason="未领取")
    window.act("give_tickets", window.wang.pk, quantity=2)
    with pytest.raises(NoCertificate):
        window.act("give_tickets", window.li.pk, quantity=2)
    assert window.number("CER-04") == 2


def test_partners_count_by_their_outlets_until_they_end(window):
    details = _partner("supermarket", "惠民超市", tuple(f"{n} 店" for n in range(36)))
    window.act("keep_partner", details, partner_id=window.market.pk, by=window.reviewer)
    assert window.number("LOV-01", dimension="partner_kind", key="supermarket") == 36
    assert window.number("MED-01") == 1
    window.act("end_partner", window.pharmacy.pk, by=window.head)
    assert window.number("MED-01") == 0


def test_the_numbers_are_what_the_rows_give(window):
    window.issued(window.wang, "preferential", "Y-001")
    window.relieve(6_000, "utilities")
    window.act("reverse_entry", window.buy(3_333).pk, reason="退货")
    window.buy(10)
    window.act("give_tickets", window.wang.pk, quantity=2)
    window.happens("exited", window.wang)
    window.number("CER-01")

    assert not recount_station(window.station)
    with in_station(window.station):
        assert not cards_other_than_entries().exists()


def test_a_household_that_is_deleted_leaves_the_books_as_they_were_and_no_name_in_them(window):
    window.issued(window.wang, "preferential", "Y-001")
    window.relieve(6_000, "utilities")
    window.buy(3_333)
    window.happens("exited", window.wang)
    with in_station(window.station):
        erase_file(HouseholdFile.objects.get(pk=window.wang.pk), now=window.now)
        assert set(Card.objects.values_list("holder_name", flat=True)) == {GONE}
        assert not cards_other_than_entries().exists()
        assert Entry.objects.filter(file_no=window.wang.file_no).count() == 3
    assert window.number("LOV-05", "value") == 3_333
    found = recount_station(window.station)
    own = {"CER-01", "CER-02", "LOV-05", "LOV-01", "MED-01"}
    assert not [cell for cell in found.cells if cell.indicator in own]


def test_an_agreement_of_the_county_holds_in_the_township_and_is_not_changed_there(
    window, county, person_at
):
    lead, second = person_at(county, "head"), person_at(county, "head")
    with in_station(county):
        from tenant_apps.benefits import services

        partner = services.keep_partner(
            _partner("supermarket", "县供销超市"), actor=lead, now=window.now
        )
        for number, goes_down in (("X-1", True), ("X-2", False)):
            drafted = services.draft_agreement(
                partner.pk, _agreement(number, goes_down=goes_down, union_basis_points=8_000),
                actor=lead, now=window.now,
            )  # fmt: skip
            services.confirm_agreement(drafted.pk, actor=second, now=window.now)
    with in_station(window.station):
        assert set(Agreement.objects.values_list("number", flat=True)) >= {"X-1"}
        assert not Agreement.objects.filter(number="X-2").exists()
    assert window.buy(1_000, partner=partner).union_fen == 800
    with pytest.raises(NotFound):
        window.act("end_partner", partner.pk, by=window.head)
    with in_station(window.station), pytest.raises(ProgrammingError), transaction.atomic():
        Partner.objects.filter(pk=partner.pk).update(station_id=window.station.id)


def test_a_neighbour_sees_neither_partner_nor_agreement(window, other_county):
    with in_station(other_county):
        assert not Partner.objects.exists()
        assert not Agreement.objects.exists()
        assert not Card.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE benefits_entry SET amount_fen = 1",
        "DELETE FROM benefits_entry",
        "TRUNCATE benefits_entry",
        "DELETE FROM benefits_card",
        "UPDATE benefits_card SET balance_fen = 999",
        "UPDATE benefits_card SET file_id = gen_random_uuid()",
    ],
)
def test_the_database_refuses_to_change_what_was_done(window, statement):
    with in_station(window.station), pytest.raises(ProgrammingError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "said",
    [
        {"amount_fen": 100_001, "union_fen": 100_001, "effect_fen": -100_001},
        {"amount_fen": 100, "union_fen": 87, "effect_fen": -100},
        {"amount_fen": 100, "union_fen": 100, "effect_fen": -99},
        {"amount_fen": 100, "union_fen": 101, "partner_fen": -1, "effect_fen": -100},
        {"kind": "relief", "amount_fen": 100, "union_fen": 100, "effect_fen": 100},
        {"kind": "reversal", "amount_fen": -1, "union_fen": -1, "effect_fen": 1},
        {"entered_on": date(2028, 1, 1), "amount_fen": 1, "union_fen": 1, "effect_fen": -1},
    ],
)
def test_the_database_refuses_entries_that_cannot_be(window, said):
    row = {
        "kind": "purchase", "partner_fen": 0, "entered_on": BOUGHT, "entered_at": window.now,
        "by_id": 1, "by_name": "甲", **said,
    }  # fmt: skip
    with in_station(window.station), pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(card=Card.objects.get(pk=window.card.pk), **row)


def _partner(kind, name, outlets=()):
    from tenant_apps.benefits.services import PartnerDetails

    return PartnerDetails(kind=kind, name=name, outlets=outlets)


def _agreement(number, **said):
    from tenant_apps.benefits.services import AgreementDetails

    return AgreementDetails(
        number=number, valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31), **said
    )


def test_a_household_takes_along_its_cards_and_what_was_bought_with_them(window):
    window.buy(3_333, receipt="A1")
    with in_station(window.station):
        file = HouseholdFile.objects.get(pk=window.card.file_id)

    (card,) = taken_along(window.station, file, "cards")
    bought = taken_along(window.station, file, "benefits")[-1]

    assert (card["number"], card["balance"]) == (window.card.number, "966.67")
    assert (bought["amount"], bought["effect"]) == ("33.33", "-33.33")
