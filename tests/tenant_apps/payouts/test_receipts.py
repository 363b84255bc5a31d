"""Real name: the payee signs, one signature for one payment, another person only by exception."""

import pytest
from django.core.files.base import ContentFile

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput, NotPermitted
from tenant_apps.aid.models import AidState, Application
from tenant_apps.payouts import services
from tenant_apps.payouts.errors import NotFinished, NotPaidYet, SignedFor
from tenant_apps.payouts.indicators import facts_of_lines
from tenant_apps.payouts.models import BatchState, Line, LineState
from tenant_apps.payouts.selectors import facts_of_station
from tests.conftest import NOON
from tests.tenant_apps.payouts.conftest import TODAY
from tests.tenant_apps.payouts.drawing import picture, signature


def upload(seed=1, name="paper.png"):
    return ContentFile(picture(seed), name=name)


def codes(refusal):
    return {problem.code for problem in refusal.value.problems}


def power(seed=90):
    return services.Proxy(
        name="女儿", relation="父女", reason="住院，不能到场", power=upload(seed, "委托书.png")
    )


def test_the_payee_signs_on_the_screen(office):
    batch = office.paid()
    line = office.lines(batch)[0]
    services.sign_on_screen(line.pk, drawn=signature(), actor=office.clerk, now=NOON)
    line.refresh_from_db()
    assert (line.receipt_kind, line.receipt_on, line.is_proxy) == ("screen", TODAY, False)
    assert line.receipt["signer"] == line.payee_name
    with pytest.raises(SignedFor):
        services.sign_on_screen(line.pk, drawn=signature(2), actor=office.clerk, now=NOON)


def test_nobody_signs_for_what_has_not_come(office):
    line = office.lines(office.sent())[0]
    with pytest.raises(NotPaidYet):
        services.sign_on_screen(line.pk, drawn=signature(), actor=office.clerk, now=NOON)


@pytest.mark.parametrize(
    ("drawn", "code"),
    [("", "R01"), ("data:image/png;base64,", "R01"), ("data:image/png;base64,AAAA", "R01"),
     (signature(blank=True), "R02"), ("data:image/svg+xml;base64,PHN2Zz4=", "R01"),
     (signature()[:200], "R01")],
)  # fmt: skip
def test_an_empty_or_broken_signature_is_none(office, drawn, code):
    line = office.lines(office.paid())[0]
    with pytest.raises(InvalidInput) as refusal:
        services.sign_on_screen(line.pk, drawn=drawn, actor=office.clerk, now=NOON)
    assert codes(refusal) <= {code, "R02"}


def test_one_signature_signs_one_payment_so_no_group_can_sign(office):
    first, second, third = office.lines(office.paid())
    services.sign_on_screen(first.pk, drawn=signature(), actor=office.clerk, now=NOON)
    with pytest.raises(InvalidInput) as refusal:
        services.sign_on_screen(second.pk, drawn=signature(), actor=office.clerk, now=NOON)
    assert codes(refusal) == {"R03"}
    services.sign_on_paper(second.pk, scan=upload(5), actor=office.clerk, now=NOON)
    with pytest.raises(InvalidInput) as refusal:
        services.sign_on_paper(third.pk, scan=upload(5), actor=office.clerk, now=NOON)
    assert codes(refusal) == {"R03"}


def test_another_person_signs_only_with_written_power_taken_by_the_head(office):
    line = office.lines(office.paid())[0]
    with pytest.raises(NotPermitted):
        services.sign_on_screen(
            line.pk, drawn=signature(), proxy=power(), actor=office.clerk, now=NOON
        )
    for lacking in ("name", "relation", "reason", "power"):
        whole = {"name": "女儿", "relation": "父女", "reason": "住院", "power": upload(91)}
        proxy = services.Proxy(**whole | {lacking: None if lacking == "power" else " "})
        with pytest.raises(InvalidInput) as refusal:
            services.sign_on_screen(
                line.pk, drawn=signature(), proxy=proxy, actor=office.head, now=NOON
            )
        assert codes(refusal) == {"R04"}
    services.sign_on_screen(line.pk, drawn=signature(), proxy=power(), actor=office.head, now=NOON)
    line.refresh_from_db()
    assert (line.is_proxy, line.receipt["relation"]) == (True, "父女")


def test_the_rate_of_real_names_counts_another_person_against_it(office):
    batch = office.paid()
    line = office.lines(batch)[0]
    services.sign_on_screen(line.pk, drawn=signature(), proxy=power(), actor=office.head, now=NOON)
    counted = {}
    for fact in facts_of_station():
        counted[fact.indicator] = counted.get(fact.indicator, 0) + fact.n
    assert counted == {"FUN-07.D": 3, "FUN-07.N": 2, "FUN-07.P": 1}
    assert len(facts_of_lines(office.lines(batch))) == 6


def test_cash_is_an_exception_with_a_reason_a_photo_and_a_signature(office):
    rows = office.approved(2)
    with pytest.raises(InvalidInput):
        office.batch(rows, channel="cash")
    batch = office.sent(rows, channel="cash", reason="无银行卡，行动不便")
    first, second = office.lines(batch)
    with pytest.raises(NotPaidYet):
        services.sign_on_screen(
            first.pk, drawn=signature(), photo=upload(7), actor=office.clerk, now=NOON
        )
    office.booked(batch)
    with pytest.raises(InvalidInput) as refusal:
        services.sign_on_screen(first.pk, drawn=signature(), actor=office.clerk, now=NOON)
    assert codes(refusal) == {"R05"}
    services.sign_on_screen(
        first.pk, drawn=signature(), photo=upload(7), actor=office.clerk, now=NOON
    )
    services.not_handed_over(second.pk, reason="本人已去世", actor=office.clerk, now=NOON)
    assert [line.state for line in office.lines(batch)] == [LineState.PAID, LineState.FAILED]
    assert (office.balance("5001.warmth"), office.balance("1301")) == (100_000, 100_000)
    assert Application.objects.get(pk=rows[1].pk).state == AidState.APPROVED
    office.booked(batch, kind="payout_back")
    batch.refresh_from_db()
    assert batch.state == BatchState.PARTLY_PAID
    services.reconcile_batch(batch.pk, actor=office.supervisor, now=NOON)


def test_a_batch_is_put_away_when_all_signed_and_the_summary_was_made(office):
    batch = office.paid()
    services.reconcile_batch(batch.pk, actor=office.supervisor, now=NOON)
    with pytest.raises(NotFinished, match="3 笔没有签收"):
        services.close_batch(batch.pk, actor=office.finance, now=NOON)
    for at, line in enumerate(office.lines(batch)):
        services.sign_on_screen(line.pk, drawn=signature(at), actor=office.clerk, now=NOON)
    with pytest.raises(NotFinished, match="实名制汇总表"):
        services.close_batch(batch.pk, actor=office.finance, now=NOON)
    _batch, data = services.export_summary(batch.pk, actor=office.finance, now=NOON)
    assert data.startswith(b"PK")
    with pytest.raises(NotFinished, match="3 笔没有登记录入全国系统"):
        services.close_batch(batch.pk, actor=office.finance, now=NOON)
    services.enter_nationally(
        batch.pk, entered_on=clock.local_day(NOON), actor=office.finance, now=NOON
    )
    assert services.close_batch(batch.pk, actor=office.finance, now=NOON).state == BatchState.CLOSED


def test_a_receipt_of_money_that_came_back_counts_no_more(office):
    from tenant_apps.payouts.bankfile import Status

    batch = office.paid()
    line = office.lines(batch)[0]
    services.sign_on_screen(line.pk, drawn=signature(), actor=office.clerk, now=NOON)
    office.answered(batch, {line.ref: (Status.RETURNED, "销户")}, is_whole=False)
    line.refresh_from_db()
    assert (line.state, line.receipt_kind) == (LineState.RETURNED, "")
    assert Line.objects.filter(state=LineState.PAID).count() == 2
