"""Households that were aided are drawn, called and asked; the yearly report tells what they said."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.evaluations.models import Drawn, Sample
from shared_apps.paperbooks.models import BookKind
from shared_apps.programmes.models import Programme
from tenant_apps.households.models import HouseholdFile
from tenant_apps.privacy.services import export_subject
from tenant_apps.privacy.services.erasing import erase_file
from tenant_apps.surveys import services
from tenant_apps.surveys.errors import DrawnAlready, NobodyAided
from tenant_apps.surveys.selectors import programmes_paid, proof_of, samples_below
from tenant_apps.yearly.services import keep_book
from tests.conftest import NOON
from tests.tenant_apps.surveys.conftest import REASON, draw, pay, satisfaction, say
from tests.tenant_apps.yearly.conftest import totals_sheet

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def county_head(county, person_at):
    return person_at(county, Role.HEAD)


def test_everybody_who_was_aided_in_the_year_can_be_drawn_once(aided):
    sample = draw(aided)
    assert (sample.frame, sample.size) == (6, 6)
    assert sample.strata == {"never": [1, 1], "on_file": [4, 4], "out": [1, 1]}


def test_a_programme_is_drawn_by_itself(aided):
    sample = draw(aided, programme="medical")
    with in_station(aided.station):
        (row,) = Drawn.objects.filter(sample=sample)
    assert (sample.frame, row.file_id) == (1, aided.files[0].pk)


def test_who_drew_with_which_seed_is_kept_and_the_draw_can_be_repeated(aided):
    sample = draw(aided, percent=None, number=3, seed="2026-11-20 双色球")
    with in_station(aided.station):
        row = AuditRow.objects.get(event="sample.drawn")
        assert proof_of(sample) is True
        assert (row.data["seed"], row.data["size"], row.data["frame"]) == (
            "2026-11-20 双色球",
            3,
            6,
        )
        Drawn.objects.filter(sample=sample, place=1).update(application_id=sample.pk)
        assert proof_of(sample) is False
        pay(aided.desk, aided.desk.household())
        assert proof_of(sample) is None


def test_a_sample_is_not_drawn_until_it_pleases(aided):
    sample = draw(aided)
    with pytest.raises(DrawnAlready):
        draw(aided, number=1, percent=None)
    with in_station(aided.station):
        with pytest.raises(InvalidInput):
            services.void_sample(sample.pk, reason=" ", actor=aided.desk.clerk, now=NOON)
        services.void_sample(sample.pk, reason="年度填错", actor=aided.desk.clerk, now=NOON)
        assert AuditRow.objects.filter(event="sample.void").exists()
    say_on_void = pytest.raises(IllegalMove)
    with say_on_void:
        say(aided, sample, "satisfied")
    assert draw(aided).size == 6


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"year": 1800}, "V101"),
        ({"number": 5}, "V102"),
        ({"percent": None}, "V102"),
        ({"percent": None, "number": 0}, "V102"),
        ({"percent": 101}, "V102"),
        ({"programme": "schooling"}, "V103"),
    ],
)
def test_what_is_wrong_with_a_draw_is_said(aided, asked, code):
    with pytest.raises(InvalidInput) as refused:
        draw(aided, **asked)
    assert code in {one.code for one in refused.value.problems}


def test_where_nobody_was_aided_nobody_is_drawn(aided):
    with pytest.raises(NobodyAided):
        draw(aided, year=2024)


def test_answers_are_counted_and_a_later_one_replaces_an_earlier(aided):
    sample = draw(aided)
    say(aided, sample, "satisfied", "satisfied", "partly", "dissatisfied", "not_reached")
    counted = say(aided, sample, "satisfied", "partly")
    assert (
        counted.satisfied, counted.partly, counted.dissatisfied, counted.not_reached, counted.left,
    ) == (1, 2, 1, 1, 1)  # fmt: skip


def test_the_report_tells_what_was_answered_with_the_size_of_the_sample(aided, county):
    sample = draw(aided)
    assert satisfaction(aided.station) is None
    say(aided, sample, "satisfied", "satisfied", "partly", "dissatisfied", "not_reached")

    told = satisfaction(aided.station)

    assert told.text == (
        "抽样回访受助户6户，有效回答4户：满意2户、基本满意1户、不满意1户，满意率50.0%；未联系上1户。"
    )
    assert [one.code for one in told.warnings] == ["sample-not-finished"]
    assert satisfaction(county).text == told.text


def test_what_was_answered_goes_before_paper_which_is_named_beside_it(aided):
    paper = totals_sheet(
        *(
            {"indicator": code, "first": "2026-01", "last": "2026-10", "value": value}
            for code, value in (("GOV-05.F", 80), ("GOV-05.F1", 79))
        )
    )
    with in_station(aided.station):
        keep_book(
            paper, filename="评估.csv", kind=BookKind.TOTALS, source="评估报告",
            actor=aided.desk.clerk, now=NOON,
        )  # fmt: skip
    assert satisfaction(aided.station).text == "问卷调查80户，满意79户，满意率98.8%。"
    say(aided, draw(aided), "satisfied")
    told = satisfaction(aided.station)
    assert "有效回答1户" in told.text
    assert told.notes == ("纸面另记：问卷调查80户，满意79户，满意率98.8%。",)


def test_a_station_above_reads_numbers_and_never_who_was_drawn(aided, county, county_head):
    sample = say(aided, draw(aided), "satisfied")
    with in_station(county):
        (seen,) = samples_below()
        assert (seen.size, seen.satisfied) == (6, 1)
        assert not Drawn.objects.exists()
        with pytest.raises(NotFound):
            services.take_call_list(
                sample.pk, reason=REASON, actor=_reviewer(county_head), now=NOON
            )
        for changed in ({"satisfied": 6}, {"station_id": county.id}):
            with pytest.raises(ProgrammingError), transaction.atomic():
                Sample.objects.filter(pk=sample.pk).update(**changed)


def _reviewer(actor):
    return type(actor)(
        user_id=actor.user_id, name=actor.name, station=actor.station, roles=actor.roles,
        capabilities=actor.capabilities | {"file.reveal"},
    )  # fmt: skip


def test_a_station_beside_sees_nothing(aided, other_county):
    draw(aided)
    with in_station(other_county):
        assert not Sample.objects.exists()
        assert not Drawn.objects.exists()


def test_the_call_list_says_who_took_it_and_why_and_is_noted(aided, signed_in):
    sample = draw(aided)
    address = f"/s/{aided.station.code}/surveys/{sample.pk}/call-list/"
    reviewer = aided.desk.reviewer

    refused = signed_in(reviewer).post(address, {"reason": "看看"}, follow=True)
    taken = signed_in(reviewer).post(address, {"reason": REASON})

    assert "不少于" in refused.content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(taken.content)).active
    lines = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert REASON in lines[1][0]
    assert reviewer.name in lines[1][0]
    assert len(lines) == 9
    phone = aided.files[1].mobile.reveal()
    assert any(phone in line for line in lines)
    with in_station(aided.station):
        (row,) = AuditRow.objects.filter(event="sample.call_list_taken")
        assert (row.data["reason"], row.data["rows"]) == (REASON, 6)


def test_who_may_not_export_takes_no_call_list(aided):
    sample = draw(aided)
    with in_station(aided.station), pytest.raises(NotPermitted):
        services.take_call_list(sample.pk, reason=REASON, actor=aided.desk.clerk, now=NOON)


def test_what_was_said_beside_an_answer_goes_with_the_file(aided):
    sample = draw(aided)
    file = aided.files[2]
    with in_station(aided.station):
        row = Drawn.objects.get(sample=sample, file_id=file.pk)
        services.note_answer(
            row.pk,
            answer="dissatisfied",
            remark="家里老人病重，嫌发得晚",
            actor=aided.desk.clerk,
            now=NOON,
        )
        erasure = erase_file(HouseholdFile.objects.get(pk=file.pk), now=NOON)
        row.refresh_from_db()
        assert (row.answer, row.remark) == ("dissatisfied", None)
        assert erasure.erased["evaluations.drawn"] == 1


def test_the_form_offers_what_was_paid_in_the_year_and_nothing_else(aided, signed_in):
    browser, home = signed_in(aided.desk.clerk), f"/s/{aided.station.code}/surveys/new/"

    def offered(year):
        page = browser.get(home, {"year": year})
        return [key for key, _name in page.context["form"].fields["programme"].choices if key]

    with in_station(aided.station):
        assert offered(2026) == list(programmes_paid(2026)) == ["living", "medical"]
    assert offered(2025) == ["living"]
    page = browser.get(home)
    assert page.context["years"] == [2026, 2025]
    assert page.context["form"]["year"].value() == 2026
    refused = browser.post(home, {"year": 2025, "programme": "medical", "number": 1})
    assert refused.status_code == 200
    with in_station(aided.station):
        assert not Sample.objects.exists()


def test_a_programme_that_ended_is_offered_by_its_name(aided, signed_in):
    with in_network():
        Programme.objects.filter(key="medical").update(valid_to=date(2026, 10, 1))
    page = signed_in(aided.desk.clerk).get(f"/s/{aided.station.code}/surveys/new/")
    names = dict(page.context["form"].fields["programme"].choices)
    assert names["medical"] != "medical"


def test_where_nothing_was_paid_the_page_says_so(township, clerk, signed_in):
    page = signed_in(clerk).get(f"/s/{township.code}/surveys/new/")
    assert "还没有可抽取的受助户" in page.content.decode()


def test_what_was_written_into_a_refused_call_list_is_not_lost(aided, signed_in):
    sample = draw(aided)
    address = f"/s/{aided.station.code}/surveys/{sample.pk}/call-list/"
    page = signed_in(aided.desk.reviewer).post(address, {"reason": "看看"}, follow=True)
    assert "您填写的内容没有保存" in page.content.decode()


def test_a_remark_is_erased_for_who_asks_for_it_also_of_a_void_sample(aided, signed_in):
    sample = draw(aided)
    with in_station(aided.station):
        row = Drawn.objects.get(sample=sample, file_id=None)
        services.note_answer(
            row.pk, answer="dissatisfied", remark="嫌发得晚", actor=aided.desk.clerk, now=NOON
        )
        services.void_sample(sample.pk, reason="填错", actor=aided.desk.clerk, now=NOON)
    home = f"/s/{aided.station.code}/surveys/{sample.pk}/"
    browser = signed_in(aided.desk.clerk)
    assert "嫌发得晚" in browser.get(home).content.decode()
    page = browser.post(f"{home}erase-remark/{row.pk}/", follow=True).content.decode()
    assert "嫌发得晚" not in page
    with in_station(aided.station):
        row.refresh_from_db()
        assert (row.answer, row.remark) == ("dissatisfied", None)
        assert AuditRow.objects.filter(event="sample.remark_erased").exists()
        with pytest.raises(IllegalMove):
            services.erase_remark(row.pk, actor=aided.desk.clerk, now=NOON)


def test_the_pages_draw_show_and_take_answers(aided, signed_in):
    browser, home = signed_in(aided.desk.clerk), f"/s/{aided.station.code}/surveys/"
    refused = browser.post(f"{home}new/", {"year": 2026, "number": 2, "percent": 10})
    assert "二选一" in refused.content.decode()
    page = browser.post(f"{home}new/", {"year": 2026, "number": 6, "seed": "77"}, follow=True)
    assert "档外人" in page.content.decode()
    assert "按种子重抽，名单一致" in page.content.decode()
    with in_station(aided.station):
        row = Drawn.objects.get(place=1)
    said = {"answer": "partly", "remark": "希望早些通知"}
    page = browser.post(f"{home}{row.sample_id}/answer/{row.pk}/", said, follow=True)
    assert "希望早些通知" in page.content.decode()
    assert "77" in browser.get(f"{home}{row.sample_id}/").content.decode()
    page = browser.post(f"{home}{row.sample_id}/void/", {"reason": "填错了"}, follow=True)
    assert "已作废" in browser.get(home).content.decode()


def test_the_interface_draws_tells_and_takes_answers(aided, signed_in, county_head):
    home = f"/s/{aided.station.code}/api/v1/surveys/"
    browser, keys = signed_in(aided.desk.clerk), iter(range(9))

    def send(address, **body):
        return browser.post(
            address, body, content_type="application/json",
            headers={"Idempotency-Key": f"sample-{next(keys)}"},
        ).json()  # fmt: skip

    made = send(home, year=2026, number=4, seed="5")
    assert (made["frame"], made["size"], made["seed"]) == (6, 4, "5")
    assert browser.get(f"{home}{made['id']}/").json()["is_proved"] is True
    first = browser.get(f"{home}{made['id']}/drawn/?page_size=3").json()
    then = browser.get(first["next"]).json()
    seen = first["results"] + then["results"]
    assert [one["place"] for one in seen] == [1, 2, 3, 4]
    assert send(f"{home}drawn/{seen[0]['id']}/", answer="satisfied")["answer"] == "satisfied"
    other = send(home, year=2026, programme="medical", percent=100)
    assert send(f"{home}{other['id']}/void/", reason="填错了")["void_reason"] == "填错了"
    above = signed_in(county_head).get(f"/s/{county_head.station.code}/api/v1/surveys/").json()
    assert [one["satisfied"] for one in above["below"]] == [1]


def test_a_long_sample_is_shown_with_as_many_questions_to_the_database_as_a_short_one(
    aided, signed_in
):
    samples = draw(aided, programme="medical"), draw(aided)
    browser, counts = signed_in(aided.desk.clerk), []
    for sample in (samples[0], *samples):
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/s/{aided.station.code}/surveys/{sample.pk}/")
        counts.append(len(asked))
    assert [one.size for one in samples] == [1, 6]
    assert counts[1] == counts[2]


def test_a_household_takes_along_the_aid_it_got_and_what_it_answered(aided):
    sample = draw(aided)
    file = aided.files[0]
    with in_station(aided.station):
        row = Drawn.objects.get(sample=sample, file_id=file.pk, stratum="on_file")
        services.note_answer(
            row.pk, answer="partly", remark="希望早些", actor=aided.desk.clerk, now=NOON
        )
        told = export_subject(file.pk, reason="本人申请", actor=aided.desk.head, now=NOON)

    assert [one["paid_on"] for one in told.data["aid"]] == ["2026-06-01", "2026-09-01"]
    assert [one["remark"] for one in told.data["answers"]] == ["希望早些"]
    book = openpyxl.load_workbook(io.BytesIO(told.as_workbook()))
    assert [row[1].value for row in book["满意度回访"].iter_rows(min_row=3)] == ["基本满意"]
