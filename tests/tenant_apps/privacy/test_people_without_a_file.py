"""What people without a file said is forgotten: when they ask for it, and by itself when its years are over."""

from datetime import timedelta

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.rollup.indicators import Fact
from tenant_apps.aid.models import Application
from tenant_apps.casework.models import Event
from tenant_apps.casework.services import record_event
from tenant_apps.funds.services import open_fund
from tenant_apps.privacy.models import Disposal
from tenant_apps.privacy.services import forget_old_outsiders, forget_outsider
from tenant_apps.privacy.services.scrubbing import GONE
from tenant_apps.sources import services as sources
from tenant_apps.sources.indicators import facts_of_donation
from tenant_apps.sources.models import Donation
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("at_noon")
ASKED = "本人 11 月 20 日到窗口申请"
TEN_YEARS = NOON.replace(year=NOON.year + 10) + timedelta(days=1)


@pytest.fixture
def head(at_township, person_at):
    return person_at(at_township, Role.HEAD, name="孙站长")


@pytest.fixture
def finance(at_township, person_at):
    return person_at(at_township, Role.FINANCE, name="钱财务")


@pytest.fixture
def paid(finance):
    fund = open_fund(code="ZY26", name="帮扶资金", source="central", actor=finance, now=NOON)
    return {
        "fund": fund,
        "approved_by_id": 7,
        "approved_on": NOON.date(),
        "paid_on": NOON.date(),
        "counted": {"programme": "warmth"},
    }


def donation(finance, *steps):
    """A gift of quilts that went so far."""
    edge = {"actor": finance, "now": NOON}
    row = sources.pledge_donation(
        kind="goods", donor="赵先生", amount_fen=200_000, goods="棉被 20 床",
        wish="给我老家的孩子", **edge,
    )  # fmt: skip
    for step in steps:
        if step == "receive":
            sources.receive_goods(row.pk, **edge)
        elif step == "receipt":
            sources.give_receipt(row.pk, **edge)
        else:
            sources.move_donation(row.pk, step, words=f"说明 {step}", **edge)
    return Donation.objects.get(pk=row.pk)


GIVEN = ("receive", "receipt", "allocate", "use", "feed_back")


def application(state, **changes):
    """What somebody of a warmth group asked for, as it ended."""
    row = Application(
        number=f"BF{uuid7().hex[-12:]}", state=state, group="sanitation", programme="warmth",
        programme_version_id=1, aid="warmth", mode="everyday", cycle="2026",
        household=uuid7().bytes, person_name="钱大姐", unit="环卫一队", payee_name="钱大姐",
        payee_bank="工商银行", need="丈夫生病", reason="不在范围内", asked_fen=50_000,
        amount_fen=50_000, entered_by="王经办", created_at=NOON, changed_at=NOON,
        **changes,
    )  # fmt: skip
    row.payee_card = "6222020000000000000"
    row.payee_card_hash = b"c" * 16
    row.save(force_insert=True)
    return row


def test_a_donor_who_asks_is_forgotten_in_words_and_stays_in_the_books(finance, head):
    row = donation(finance, *GIVEN)
    certificate = forget_outsider("donation", row.pk, reason=ASKED, actor=head, now=NOON)

    after = Donation.objects.get(pk=row.pk)
    assert (after.wish, after.feedback) == (GONE, GONE)
    assert (after.donor, after.amount_fen, after.receipt_text) == (
        "赵先生", 200_000, row.receipt_text,
    )  # fmt: skip
    said = set(Event.objects.filter(subject_id=row.pk).values_list("comment", flat=True))
    assert said == {"", GONE, "说明 allocate", "说明 use"}
    assert certificate.number == "130705001-XH2026-0001"
    assert certificate.erased == {"casework.event": 2, "sources.donation": 1}
    assert (certificate.rule_id, bool(certificate.digest)) == (None, True)
    trace = AuditRow.objects.get(event="privacy.outsider_forgotten")
    assert trace.data["certificate"] == certificate.number


def test_a_donor_whose_gift_never_came_is_forgotten_whole(finance, head):
    row = donation(finance, "cancel")
    forget_outsider("donation", row.pk, reason=ASKED, actor=head, now=NOON)

    after = Donation.objects.get(pk=row.pk)
    assert (after.donor, after.wish) == (GONE, GONE)


def test_somebody_who_was_refused_is_forgotten_with_name_and_account(head):
    row = application("refused")
    record_event(
        subject=("aid", row.pk), action="refuse", from_state="reviewing", to_state="refused",
        comment="不在范围内", actor=head, now=NOON,
    )  # fmt: skip
    forget_outsider("aid", row.pk, reason=ASKED, actor=head, now=NOON)

    after = Application.objects.get(pk=row.pk)
    assert {after.person_name, after.unit, after.payee_name, after.payee_bank, after.need} == {GONE}
    assert (after.reason, after.payee_card, after.payee_card_hash) == (GONE, None, None)
    assert (after.number, after.asked_fen) == (row.number, 50_000)
    assert set(Event.objects.values_list("comment", flat=True)) == {GONE}


def test_to_whom_money_went_stays_until_the_years_are_over(head, paid):
    row = application("paid", **paid)
    forget_outsider("aid", row.pk, reason=ASKED, actor=head, now=NOON)
    asked = Application.objects.get(pk=row.pk)
    assert (asked.need, asked.person_name) == (GONE, "钱大姐")
    assert asked.payee_card is not None

    assert forget_old_outsiders(now=TEN_YEARS - timedelta(days=1)) == 0
    assert forget_old_outsiders(now=TEN_YEARS) == 1
    after = Application.objects.get(pk=row.pk)
    assert (after.person_name, after.payee_name, after.payee_card) == (GONE, GONE, None)
    assert (after.amount_fen, after.paid_on, after.counted) == (
        50_000,
        NOON.date(),
        paid["counted"],
    )
    assert Disposal.objects.filter(file_id=row.pk).count() == 2
    assert forget_old_outsiders(now=TEN_YEARS) == 0


def test_after_the_years_a_recount_of_gifts_comes_out_equal(finance):
    row = donation(finance, *GIVEN)
    before: list[Fact] = facts_of_donation(row)

    assert forget_old_outsiders(now=TEN_YEARS) == 1
    after = Donation.objects.get(pk=row.pk)
    assert (after.donor, after.wish) == (GONE, GONE)
    assert facts_of_donation(after) == before
    certificate = Disposal.objects.get()
    assert certificate.rule_version is not None
    assert certificate.keep_until == NOON.date().replace(year=NOON.year + 10)


@pytest.mark.parametrize("steps", [(), ("receive",)])
def test_what_is_under_way_is_not_forgotten(finance, head, steps):
    row = donation(finance, *steps)
    with pytest.raises(IllegalMove):
        forget_outsider("donation", row.pk, reason=ASKED, actor=head, now=NOON)
    assert forget_old_outsiders(now=TEN_YEARS) == 0


def test_nothing_is_forgotten_twice_without_a_reason_or_by_anybody(
    finance, head, outsider, person_at
):
    row = donation(finance, "cancel")
    with pytest.raises(NotPermitted):
        forget_outsider("donation", row.pk, reason=ASKED, actor=finance, now=NOON)
    with pytest.raises(InvalidInput):
        forget_outsider("donation", row.pk, reason="", actor=head, now=NOON)
    with pytest.raises(NotFound):
        forget_outsider("file", row.pk, reason=ASKED, actor=head, now=NOON)
    stranger = person_at(outsider, Role.HEAD)
    with in_station(outsider), pytest.raises(NotFound):
        forget_outsider("donation", row.pk, reason=ASKED, actor=stranger, now=NOON)
    forget_outsider("donation", row.pk, reason=ASKED, actor=head, now=NOON)
    with pytest.raises(IllegalMove):
        forget_outsider("donation", row.pk, reason=ASKED, actor=head, now=NOON)


def test_the_pages_offer_it_do_it_and_print_the_certificate(finance, head, signed_in):
    gift, asked = donation(finance, "cancel"), application("refused")
    browser = signed_in(head)
    here = "/s/130705001"
    for page, kind, row in (
        (f"{here}/sources/donations/{gift.pk}/", "donation", gift),
        (f"{here}/aid/{asked.pk}/", "aid", asked),
    ):
        act = f"{here}/privacy/outsiders/{kind}/{row.pk}/forget/"
        assert act in browser.get(page).content.decode()
        assert browser.post(act, {"reason": ASKED}).url == page
        text = browser.get(page).content.decode()
        assert act not in text
        assert GONE in text
    for row in Disposal.objects.all():
        paper = browser.get(f"{here}/privacy/retention/{row.pk}/certificate/").content.decode()
        assert "个人信息销毁证明" in paper
        assert "应本人要求" in paper
        assert browser.get(f"{here}/privacy/retention/{row.pk}/").status_code == 200
    assert browser.get(f"{here}/privacy/retention/?tab=decided").status_code == 200


def test_a_program_forgets_and_is_given_the_certificate(finance, head, signed_in):
    row = donation(finance, "cancel")
    answer = signed_in(head).post(
        f"/s/130705001/api/v1/privacy/outsiders/donation/{row.pk}/forget/", {"reason": ASKED}
    )
    assert (answer.status_code, answer.json()["record"]) == (201, "donation")


def test_why_a_gift_went_back_is_forgotten_too_and_the_sum_stays(finance, head):
    row = donation(finance, "receive", "receipt")
    sources.ask_return(
        row.pk, amount_fen=200_000, reason="老家的房子烧了，急用", actor=finance, now=NOON
    )
    sources.agree_return(row.pk, actor=head, now=NOON)
    forget_outsider("donation", row.pk, reason=ASKED, actor=head, now=NOON)

    after = Donation.objects.get(pk=row.pk)
    assert [(one["why"], one["fen"]) for one in after.returns] == [(GONE, 200_000)]
    said = Event.objects.filter(subject_id=row.pk).values_list("comment", flat=True)
    assert not any("急用" in one for one in said)
    with pytest.raises(IllegalMove):
        forget_outsider("donation", row.pk, reason=ASKED, actor=head, now=NOON)


def test_what_was_asked_of_the_station_above_loses_its_name(head):
    row = application(
        "refused",
        asked_above=[{"round": 1, "person": "钱*", "meetings": [{"decision": "钱大姐可给"}]}],
        meetings=[{"kind": "group", "held_on": "2026-11-01", "decision": "钱大姐可给"}],
    )
    forget_outsider("aid", row.pk, reason=ASKED, actor=head, now=NOON)

    after = Application.objects.get(pk=row.pk)
    assert after.asked_above == [{"round": 1, "person": GONE, "meetings": [{"decision": GONE}]}]
    assert after.meetings == [{"kind": "group", "held_on": "2026-11-01", "decision": GONE}]
