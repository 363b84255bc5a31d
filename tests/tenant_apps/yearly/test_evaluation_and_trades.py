"""What a third party found, and training by trade: from the papers of a station, with the rates worked out."""

from datetime import date

import pytest

from shared_apps.paperbooks.models import BookKind
from tenant_apps.yearly.selectors import Frame
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import another_household, put_on_file
from tests.tenant_apps.yearly.conftest import totals_sheet

YEAR_END = Frame(2020, date(2020, 12, 1))


def brought(past, *totals, frame=YEAR_END):
    """Take totals of 2020 in, as ``code value`` or ``code value dims``, and tell the year."""
    rows = []
    for total in totals:
        code, value, *dims = total.split()
        rows.append(
            {"indicator": code, "first": "2020-01", "last": "2020-12", "value": value,
             "dims": dims[0] if dims else ""}
        )  # fmt: skip
    past.keep(totals_sheet(*rows), kind=BookKind.TOTALS, source="第三方评估报告")
    return past.sentences(frame=frame)


def test_the_sample_of_an_evaluation_is_told_with_its_strata_and_rates(past):
    told = brought(
        past, "GOV-05.S 120", "GOV-05.S1 60", "GOV-05.S2 30", "GOV-05.S3 10", "GOV-05.S4 20",
        "GOV-05.W1 1", "GOV-05.W2 0", "GOV-05.W4 2",
    )  # fmt: skip
    assert told["evaluation-sample"].text == (
        "评估抽查120户：在档60户、已脱困30户、已注销10户、未建档20户。"
    )
    assert told["evaluation-sample"].warnings == ()
    assert told["evaluation-in"].text == "抽查在档60户，错评1户，错评率1.7%。"
    assert told["evaluation-out"].text == "抽查已脱困30户，错退0户，错退率0%。"
    assert told["evaluation-missed"].text == "抽查未建档20户，漏评2户，漏评率10.0%。"


def test_strata_that_are_not_the_sample_are_warned_of(past):
    told = brought(
        past, "GOV-05.S 120", "GOV-05.S1 60", "GOV-05.S2 30", "GOV-05.S3 0", "GOV-05.S4 20"
    )
    (warned,) = told["evaluation-sample"].warnings
    assert warned.code == "parts-and-whole"
    assert "缺 10户" in warned.message


def test_what_nobody_said_is_no_zero(past):
    told = brought(past, "GOV-05.S 120", "GOV-05.S1 60", "GOV-05.S2 30")
    assert [key for key in told if key.startswith("evaluation")] == []


@pytest.mark.parametrize(
    ("key", "totals", "text"),
    [
        ("compared", ("GOV-05.C 100", "GOV-05.C1 98"), "比对建档信息100户，一致98户，占98.0%。"),
        ("paired", ("GOV-05.P 60", "GOV-05.P1 60"), "核查结对帮扶60户，落实60户，占100.0%。"),
        ("measures", ("GOV-05.M 60", "GOV-05.M1 57"), "核查帮扶措施60户，精准57户，占95.0%。"),
        ("satisfied", ("GOV-05.F 80", "GOV-05.F1 79"), "问卷调查80户，满意79户，满意率98.8%。"),
        ("rectified", ("GOV-04.D 6", "GOV-04.N 5"), "评估指出问题6个，已整改5个，整改率83.3%。"),
        ("score", ("GOV-03 96.5",), "2020年考核评估得分96.5分。"),
    ],
)
def test_each_measure_of_an_evaluation_is_told(past, key, totals, text):
    assert brought(past, *totals)[f"evaluation-{key}"].text == text


def test_the_records_of_the_station_stand_beside_the_evaluation(past):
    for seed in (1, 2):
        put_on_file(past.stations["township"], now=NOON, **another_household(seed))
    this_year = Frame(2026, date(2026, 11, 1))
    assert "evaluation-records" not in past.sentences(frame=this_year)
    past.keep(
        totals_sheet(
            {"indicator": "GOV-03.P", "first": "2026-06", "last": "2026-06", "value": "10"}
        ),
        kind=BookKind.TOTALS,
    )
    told = past.sentences(frame=this_year)["evaluation-records"]
    assert not told.is_on_paper
    assert told.text == ("本站记录：在档2户，已核对家庭经济状况0户，占0%；已结对0户，占0%。")


def test_training_is_told_by_trade_and_the_trades_have_to_be_the_whole(past):
    told = brought(past, "EMP-06 260", "EMP-06 100 工种=电工", "EMP-06 90 工种=焊工")
    assert told["training-by-trade"].text == (
        "2020年培训260人次，按工种分：电工100人次、焊工90人次。"
    )
    (warned,) = told["training-by-trade"].warnings
    assert "缺 70人次" in warned.message


def test_training_without_trades_is_not_parted(past):
    assert "training-by-trade" not in brought(past, "EMP-05 2", "EMP-06 260")


def test_a_score_is_no_money_that_could_have_been_copied(past):
    row = {"first": "2020-01", "last": "2020-12", "value": "1234.56"}
    for station, code in (("township", "GOV-03"), ("county", "LAW-02")):
        past.keep(totals_sheet(row | {"indicator": code}), at=station, kind=BookKind.TOTALS)
    assert past.tell("county", YEAR_END).warnings == ()


def test_files_are_told_by_urban_and_migrant_workers(past):
    for seed, kind in ((1, "urban"), (2, "migrant"), (3, "migrant")):
        put_on_file(past.stations["township"], now=NOON, **another_household(seed), file_kind=kind)
    told = past.sentences(frame=Frame(2026, date(2026, 11, 1)))["files-by-kind"]
    assert told.text == "在档困难职工3户、6人，其中城镇职工1户、2人，农民工2户、4人。"
