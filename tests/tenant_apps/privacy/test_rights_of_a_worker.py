"""What a worker may ask for: to see, to correct, to take along, to take a consent back."""

import json
from datetime import timedelta

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from tenant_apps.casework.models import Todo
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.services import reveal_field
from tenant_apps.households.work import payout_blocked
from tenant_apps.pairing.services import HealthDetails
from tenant_apps.pairing.services.health import add_health_check, withdraw_health_check
from tenant_apps.privacy import services
from tenant_apps.privacy.models import Correction
from tenant_apps.privacy.selectors import access_history
from tests.conftest import NOON


def ask(file, actor, **changes):
    values = {"field": "mobile", "wish": "19900000099", "reason": "换号了", "asked_by": "柳试一"}
    return services.request_correction(file.pk, **{**values, **changes}, actor=actor, now=NOON)


def checked(file, actor, **changes):
    said = {"findings": "血压偏高", "advice": "低盐饮食", "hospital": "爱心医院"}
    details = HealthDetails(person="head", checked_on=NOON.date(), **{**said, **changes})
    return add_health_check(file.pk, details, actor=actor, now=NOON)


def problems(refused):
    return {problem.code for problem in refused.value.problems}


def test_a_worker_takes_along_everything_with_its_purposes_and_who_looked(
    at_township, file, clerk, head
):
    reveal_field(file.pk, field="id_no", reason="核对证件", actor=clerk, now=NOON)

    export = services.export_subject(file.pk, reason="本人申请", actor=head, now=NOON)

    told = json.loads(export.as_json())
    values = {one["field"]: one for one in told["file"]["values"]}
    assert values["id_no"]["value"] == "130771197406150127"
    assert values["disease"]["purpose"] == "因病、因残困难认定与医疗帮扶"
    assert told["members"][0][0]["value"] == "柳试甲"
    assert told["looked_at"][0]["why"] == "核对证件"
    assert told["looked_at"][0]["who"] == "王**"
    assert export.as_workbook()[:2] == b"PK"
    row = AuditRow.objects.get(event="privacy.exported")
    assert row.data["digest"] == export.digest
    assert "130771197406150127" not in json.dumps(row.data)


def test_a_worker_takes_along_the_health_record_and_the_look_at_it_leaves_its_trace(
    at_township, file, reviewer
):
    checked(file, reviewer)
    withdrawn = checked(file, reviewer, findings="录错了人")
    withdraw_health_check(withdrawn.pk, reason="录错了人", actor=reviewer, now=NOON)

    export = services.export_subject(file.pk, reason="本人申请", actor=reviewer, now=NOON)

    (told,) = json.loads(export.as_json())["health"]
    assert (told["person"], told["findings"], told["advice"]) == ("柳试一", "血压偏高", "低盐饮食")
    assert ("健康记录", "柳试一", "血压偏高") in [
        (title, row[0], row[3]) for title, _headings, rows in export.sheets for row in rows[:1]
        if title == "健康记录"
    ]  # fmt: skip
    look = AuditRow.objects.get(event="health.viewed")
    assert (look.data["reason"], look.data["entries"]) == ("本人申请", 1)
    assert "血压偏高" not in json.dumps(
        [row.data for row in AuditRow.objects.all()], ensure_ascii=False
    )
    words = [(line.what, line.why) for line in access_history(file.pk, for_worker=True)]
    assert ("查看了健康记录", "本人申请") in words


def test_who_may_not_see_a_health_record_is_told_who_hands_the_copy_over(
    signed_in, township, file, head, reviewer
):
    with in_station(township):
        checked(file, reviewer)

    refused = signed_in(head).post(
        f"/s/130705001/privacy/files/{file.pk}/export/", {"reason": "本人申请", "shape": "json"}
    )

    assert refused.status_code == 403
    assert (
        "本户有“健康记录”，请由可以查看它的人员（审核人）为本人导出。" in refused.content.decode()
    )
    with in_station(township):
        assert not AuditRow.objects.filter(event__in=["privacy.exported", "health.viewed"]).exists()


def test_a_copy_without_a_health_record_leaves_no_trace_of_a_look_at_one(at_township, file, head):
    export = services.export_subject(file.pk, reason="本人申请", actor=head, now=NOON)

    assert json.loads(export.as_json())["health"] == []
    assert not AuditRow.objects.filter(event="health.viewed").exists()


def test_an_export_asks_for_a_reason_and_a_right(at_township, file, clerk, head):
    with pytest.raises(NotPermitted):
        services.export_subject(file.pk, reason="本人申请", actor=clerk, now=NOON)
    with pytest.raises(InvalidInput):
        services.export_subject(file.pk, reason=" ", actor=head, now=NOON)
    assert not AuditRow.objects.filter(event="privacy.exported").exists()


def test_a_correction_of_the_telephone_is_written_at_once_when_accepted(
    at_township, file, clerk, head, reviewer
):
    row = ask(file, clerk)
    assert Todo.objects.get(kind="privacy.correction").closed_at is None

    services.accept_correction(row.pk, actor=head, now=NOON)

    now_on_file = HouseholdFile.objects.get(pk=file.pk)
    assert now_on_file.mobile.reveal() == "19900000099"
    assert now_on_file.lock_version == file.lock_version + 1
    assert now_on_file.versions.order_by("-number").first().event == "correct"
    assert Todo.objects.get(kind="privacy.correction").closed_at == NOON


def test_a_correction_that_decides_something_becomes_work_and_changes_nothing_by_itself(
    at_township, file, clerk, head
):
    row = ask(file, clerk, field="inc_wages", wish="20000")

    services.accept_correction(row.pk, actor=head, now=NOON)

    assert HouseholdFile.objects.get(pk=file.pk).inc_wages_fen == file.inc_wages_fen
    assert Todo.objects.filter(kind="privacy.correct").exists()


def test_a_wrong_telephone_is_not_written(at_township, file, clerk, head):
    row = ask(file, clerk, wish="12")

    with pytest.raises(InvalidInput):
        services.accept_correction(row.pk, actor=head, now=NOON)

    assert Correction.objects.get(pk=row.pk).state == "asked"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"field": "no_such"}, "P201"),
        ({"wish": " "}, "P202"),
        ({"wish": "x" * 201}, "P202"),
        ({"reason": "x" * 1001}, "P202"),
        ({"asked_by": ""}, "P203"),
    ],
)
def test_a_request_that_says_too_little_or_too_much_is_refused(
    at_township, file, clerk, changes, code
):
    with pytest.raises(InvalidInput) as refused:
        ask(file, clerk, **changes)
    assert problems(refused) == {code}


def test_what_a_worker_wrote_lies_sealed(at_township, file, clerk):
    ask(file, clerk, wish="身份证应为 130771197406150127")

    row = Correction.objects.values_list("wish", flat=True).get()
    assert b"130771197406150127" not in row.stored


def test_too_many_requests_about_one_file_wait_their_turn(at_township, file, clerk):
    for _ in range(5):
        ask(file, clerk)
    with pytest.raises(services.TooManyWaiting):
        ask(file, clerk)


def test_a_refusal_needs_a_reason_and_an_answer_is_given_once(at_township, file, clerk, head):
    row = ask(file, clerk)
    with pytest.raises(InvalidInput):
        services.refuse_correction(row.pk, answer="", actor=head, now=NOON)

    services.refuse_correction(row.pk, answer="与证件不符。", actor=head, now=NOON)

    with pytest.raises(IllegalMove):
        services.accept_correction(row.pk, actor=head, now=NOON)


def test_a_clerk_and_a_supervisor_do_not_answer_corrections(at_township, file, clerk, supervisor):
    row = ask(file, clerk)
    for person in (clerk, supervisor):
        with pytest.raises(NotPermitted):
            services.accept_correction(row.pk, actor=person, now=NOON)


def test_a_file_of_another_station_looks_absent(at_outsider, file, person_at, outsider):
    stranger = person_at(outsider, "head", "clerk")
    with pytest.raises(NotFound):
        ask(file, stranger)
    with pytest.raises(NotFound):
        services.export_subject(file.pk, reason="本人申请", actor=stranger, now=NOON)
    with pytest.raises(NotFound):
        services.give_consent(file.pk, purpose="health", channel="paper", actor=stranger, now=NOON)


def word(service, file, actor, now=NOON, **changes):
    values = {"purpose": "health", "channel": "counter"}
    return getattr(services, service)(file.pk, **{**values, **changes}, actor=actor, now=now)


def test_a_consent_is_given_and_taken_back_and_what_needs_it_is_told(at_township, file, clerk):
    word("give_consent", file, clerk)
    assert services.consent_withdrawn(file.pk) == ()

    word("withdraw_consent", file, clerk, now=NOON + timedelta(hours=1))

    assert services.consent_withdrawn(file.pk) == ("health",)
    assert Todo.objects.filter(kind="privacy.withdrawn").exists()
    word("give_consent", file, clerk, now=NOON + timedelta(hours=2))
    assert services.consent_withdrawn(file.pk) == ()


def test_without_the_consents_it_rests_on_nothing_is_paid(at_township, file, clerk):
    def reasons():
        return [one.code for one in payout_blocked(file, on=NOON.date())]

    before = reasons()
    for purpose in ("health", "payment"):
        word("give_consent", file, clerk, purpose=purpose)
        word("withdraw_consent", file, clerk, purpose=purpose, now=NOON + timedelta(hours=1))
        expected = [*before, "consent-withdrawn"] if purpose == "payment" else before
        assert reasons() == expected


def test_a_word_that_changes_nothing_is_refused(at_township, file, clerk):
    word("give_consent", file, clerk)
    with pytest.raises(services.GivenAlready):
        word("give_consent", file, clerk)
    word("withdraw_consent", file, clerk, now=NOON + timedelta(hours=1))
    with pytest.raises(services.NothingToWithdraw):
        word("withdraw_consent", file, clerk, now=NOON + timedelta(hours=2))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"purpose": "review"}, "P101"),
        ({"purpose": "x"}, "P101"),
        ({"on": (NOON + timedelta(days=2)).date()}, "P102"),
        ({"channel": "pigeon"}, "P103"),
    ],
)
def test_a_word_about_nothing_is_refused_by_its_field(at_township, file, clerk, changes, code):
    with pytest.raises(InvalidInput) as refused:
        word("give_consent", file, clerk, **changes)
    assert problems(refused) == {code}


def test_a_supervisor_records_no_consent(at_township, file, supervisor):
    with pytest.raises(NotPermitted):
        word("give_consent", file, supervisor)
