"""Targets of a year: laid down, progress said by the station, confirmed by the one above, told in the report."""

from datetime import date

import pytest
from django.db import ProgrammingError, transaction

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.exchange import relay
from shared_apps.notifications.models import Notification
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.services import fold_facts, record_facts
from shared_apps.targets.models import Target
from tenant_apps.casework.models import Todo
from tenant_apps.yearly import services
from tenant_apps.yearly.aims import (
    asked_here,
    standing_of,
    targets_below,
    targets_of,
    targets_reached,
    targets_set,
)
from tenant_apps.yearly.rules.goals import typed_number
from tenant_apps.yearly.selectors import Frame
from tenant_apps.yearly.telling import tell
from tests.conftest import NOON
from tests.tenant_apps.yearly.conftest import rows_sheet

# What the city set itself for 2005 besides five numbers (RQ15).
IN_WORDS = (
    "建立困难职工动态管理数据库",
    "制定大病医疗救助办法和细则",
    "建立劳动关系预警机制",
    "完善职介网络",
    "在两个社区设立爱心救助站",
)


@pytest.fixture
def lower(township, person_at):
    return township, person_at(township, Role.CLERK), person_at(township, Role.HEAD)


@pytest.fixture
def upper(county, person_at):
    return county, person_at(county, Role.REVIEWER, Role.HEAD, name="县审核")


def lay_down(lower, title=IN_WORDS[0], *, year=2026, **more):
    station, clerk, _head = lower
    with in_station(station):
        return services.lay_down_target(year=year, title=title, actor=clerk, now=NOON, **more)


def say(lower, target, reached="done", words="已建库并逐月更新"):
    station, clerk, _head = lower
    with in_station(station):
        return services.say_progress(target.pk, reached=reached, words=words, actor=clerk, now=NOON)


def answer(upper, target, *, agrees=True, words=""):
    station, person = upper
    relay.deliver_all()
    with in_station(station):
        services.answer_said(target.pk, agrees=agrees, words=words, actor=person, now=NOON)
    relay.deliver_all()


def stands(lower, target):
    with in_station(lower[0]):
        return Target.objects.get(pk=target.pk)


def report(station, year=2026):
    with in_station(station):
        told = tell(station, Frame(year, date(year, 11, 1)))
        return [one for one in told.sentences if one.chapter == "年度目标"]


def test_five_targets_that_are_no_numbers_are_told_with_what_was_said_of_them(lower, upper):
    targets = [lay_down(lower, title) for title in IN_WORDS]
    assert [one.position for one in targets] == [1, 2, 3, 4, 5]
    say(lower, targets[0])
    answer(upper, targets[0], words="属实")
    say(lower, targets[1], "under_way", "已起草，正在征求意见")

    told = report(lower[0])

    assert [one.text for one in told[:3]] == [
        "目标1：建立困难职工动态管理数据库。已完成：已建库并逐月更新。",
        "目标2：制定大病医疗救助办法和细则。推进中：已起草，正在征求意见。",
        "目标3：建立劳动关系预警机制。",
    ]
    assert told[0].notes == (f"{upper[0].name}已核定。",)
    assert [one.code for one in told[1].warnings] == ["target-not-confirmed"]
    assert len(told) == 5


def test_a_target_with_a_number_is_counted_by_its_indicator(past, lower):
    past.keep(
        rows_sheet(
            {"kind": "电影票", "who": "1", "on": "2004-10-01", "quantity": 2},
            {"kind": "电影票", "who": "2", "on": "2004-10-01", "quantity": 1},
        )
    )
    fold_facts(now=NOON)
    target = lay_down(lower, "发放电影票", year=2004, indicator="CER-04", goal=4)
    say(lower, target)
    (told,) = report(lower[0], 2004)
    assert "计划4张，已完成3张（75%）" in told.text
    assert {one.code for one in told.warnings} == {"target-not-confirmed", "target-short"}


def test_a_target_of_money_is_counted_in_fen_and_told_in_yuan(past, lower, signed_in):
    past.keep(
        rows_sheet(
            {"kind": "资金收入", "who": "1", "on": "2004-03-01", "amount": "120000.50", "fund_source": "社会捐助"},
            {"kind": "资金收入", "who": "2", "on": "2004-09-01", "amount": "30000"},
        )
    )  # fmt: skip
    fold_facts(now=NOON)
    browser, home = signed_in(lower[1]), f"/s/{lower[0].code}/yearly/targets/"

    given = {"title": "筹集帮扶资金", "indicator": "FUN-01", "goal": "20万元"}
    page = browser.post(f"{home}new/?year=2004", given, follow=True).content.decode()

    with in_station(lower[0]):
        assert Target.objects.get().goal == 200_000_00
    assert "200,000 元" in page
    assert "150,000.50 元" in page
    assert "75%" in page
    (told,) = report(lower[0], 2004)
    assert "计划200,000元，已完成150,000.50元（75%）" in told.text


def test_money_that_moved_between_stations_below_counts_once_for_a_target(upper, lower):
    month = date(2026, 3, 1)
    for station, code in ((upper[0], "FUN-01"), (lower[0], "FUN-01"), (upper[0], "FUN-01.X")):
        with in_station(station):
            dims = {"fund_source": "central"}
            record_facts([Fact(indicator=code, period=month, dims=dims, value=500_00)], now=NOON)
    fold_facts(now=NOON)
    with in_station(upper[0]):
        target = services.lay_down_target(
            year=2026, title="筹资", indicator="FUN-01", goal=1000_00, actor=upper[1], now=NOON
        )
        standing = standing_of(target, station=upper[0], until=date(2026, 11, 1))
    assert standing is not None
    assert (standing.counted.value, standing.percent) == (500_00, 50)


@pytest.mark.parametrize(
    ("typed", "unit", "scale", "read"),
    [
        ("200000", "元", 100, 200_000_00),
        ("200,000.50元", "元", 100, 200_000_50),
        ("２０万", "元", 100, 200_000_00),
        ("1.2亿元", "元", 100, 120_000_000_00),
        ("0.1 万元", "元", 100, 1_000_00),
        ("0.005", "元", 100, None),
        ("20,00", "元", 100, None),
        ("-5", "元", 100, None),
        ("二十万", "元", 100, None),
        ("1.5", "吨", 1000, 1_500),
        ("30户", "户", 1, 30),
        ("2.5", "户", 1, None),
        ("2.5万", "户", 1, 25_000),
    ],
)
def test_a_goal_is_typed_in_its_unit(typed, unit, scale, read):
    assert typed_number(typed, unit=unit, scale=scale) == read


@pytest.mark.parametrize(
    ("indicator", "goal", "refused"),
    [
        ("FUN-01", "0.005", "“0.005”不是以元为单位的数"),
        ("FUN-01", "很多", "“很多”不是以元为单位的数"),
        ("CER-01", "2.5", "“2.5”不是整数"),
        ("FUN-01", "0", "请填写大于零的目标数"),
        ("", "5", "目标数须对应一个指标"),
    ],
)
def test_a_goal_that_is_no_number_of_its_unit_is_refused(
    lower, signed_in, indicator, goal, refused
):
    page = signed_in(lower[1]).post(
        f"/s/{lower[0].code}/yearly/targets/new/?year=2026",
        {"title": "目标", "indicator": indicator, "goal": goal},
    )
    assert refused in page.content.decode()
    with in_station(lower[0]):
        assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "Y501"),
        ({"year": 1800}, "Y502"),
        ({"indicator": "XYZ-01", "goal": 5}, "Y503"),
        ({"indicator": "GOV-02", "goal": 5}, "Y503"),
        ({"indicator": "CER-01"}, "Y504"),
        ({"goal": 5}, "Y504"),
    ],
)
def test_what_is_wrong_with_a_target_is_said(lower, changes, code):
    with pytest.raises(InvalidInput) as refused:
        lay_down(lower, **changes)
    assert code in {one.code for one in refused.value.problems}


def test_the_station_above_is_asked_and_its_answer_comes_down(lower, upper):
    target = say(lower, lay_down(lower))
    relay.deliver_all()
    with in_station(upper[0]):
        todo = Todo.objects.get(subject_id=target.pk, closed_at=None)
        assert todo.capability == "report.review"
        assert IN_WORDS[0] in todo.headline
        assert [one.pk for one in targets_below(2026)] == [target.pk]
    answer(upper, target, words="属实")
    said = stands(lower, target)
    assert (said.verdict, said.verdict_by, said.verdict_words) == ("agreed", "县审核", "属实")
    with in_station(upper[0]):
        assert not Todo.objects.filter(subject_id=target.pk, closed_at=None).exists()
        assert AuditRow.objects.filter(event="target.agreed").exists()
    with in_station(lower[0]), pytest.raises(IllegalMove):
        services.drop_target(target.pk, reason="不做了", actor=lower[1], now=NOON)


def test_what_is_returned_is_told_with_the_reason_and_said_again(lower, upper):
    target = say(lower, lay_down(lower))
    with pytest.raises(InvalidInput):
        answer(upper, target, agrees=False)
    answer(upper, target, agrees=False, words="没有见到数据库")
    assert stands(lower, target).verdict == "returned"
    with in_station(lower[0]):
        assert Notification.objects.filter(kind="target").exists()
    again = say(lower, target, words="已补充截图")
    assert (again.round, again.verdict) == (2, "")
    answer(upper, target)
    assert stands(lower, target).verdict == "agreed"


def test_what_was_said_meanwhile_is_answered_and_no_earlier_word(lower, upper):
    target = say(lower, lay_down(lower), "under_way", "刚起步")
    relay.deliver_all()
    with in_station(upper[0]):
        services.answer_said(target.pk, agrees=True, words="", actor=upper[1], now=NOON)
    say(lower, target)
    relay.deliver_all()
    assert stands(lower, target).verdict == ""


def test_nobody_else_writes_a_target(lower, upper, other_county, person_at):
    target = say(lower, lay_down(lower))
    stranger = person_at(other_county, Role.HEAD)
    relay.deliver_all()
    with in_station(other_county):
        assert not Target.objects.filter(pk=target.pk).exists()
        with pytest.raises(NotFound):
            services.answer_said(target.pk, agrees=True, words="", actor=stranger, now=NOON)
    with in_station(upper[0]):
        with pytest.raises(NotFound):
            services.say_progress(target.pk, reached="done", words="代报", actor=upper[1], now=NOON)
        for changed in ({"title": "改掉"}, {"station_id": upper[0].id}):
            with pytest.raises(ProgrammingError), transaction.atomic():
                Target.objects.filter(pk=target.pk).update(**changed)
    with in_station(lower[0]), pytest.raises(NotPermitted):
        services.lay_down_target(
            year=2026, title="x", actor=person_at(lower[0], Role.FINANCE), now=NOON
        )


def test_a_target_that_is_given_up_keeps_its_line_and_leaves_the_report(lower):
    target = lay_down(lower)
    with in_station(lower[0]):
        with pytest.raises(InvalidInput):
            services.drop_target(target.pk, reason=" ", actor=lower[1], now=NOON)
        services.drop_target(target.pk, reason="并入市级项目", actor=lower[1], now=NOON)
        assert targets_of(lower[0], 2026).count() == 1
    assert report(lower[0]) == []
    with pytest.raises(IllegalMove):
        say(lower, target)


def test_the_rate_counts_what_the_station_above_confirmed(lower, upper):
    first, second = lay_down(lower), lay_down(lower, IN_WORDS[1])
    say(lower, first)
    say(lower, second)
    answer(upper, first)
    with in_station(lower[0]):
        on = date(2026, 11, 20)
        assert [fact.n for fact in targets_set(on=on)] == [2]
        assert [fact.n for fact in targets_reached(on=on)] == [1]


def test_the_pages_lay_down_say_and_confirm(lower, upper, signed_in):
    here, above = f"/s/{lower[0].code}/yearly/targets/", f"/s/{upper[0].code}/yearly/targets/"
    browser = signed_in(lower[1])
    page = browser.post(f"{here}new/?year=2026", {"title": IN_WORDS[0]}, follow=True)
    assert IN_WORDS[0] in page.content.decode()
    with in_station(lower[0]):
        key = Target.objects.get().pk
    browser.post(f"{here}{key}/say/", {"reached": "done", "words": "已建库"})
    relay.deliver_all()
    assert "1 项待核定" in signed_in(upper[1]).get(f"{above}?year=2026").content.decode()
    signed_in(upper[1]).post(f"{above}{key}/answer/", {"agrees": "1"})
    relay.deliver_all()
    assert "上级已核定" in signed_in(lower[1]).get(f"{here}?year=2026").content.decode()


@pytest.fixture
def counted(past, lower):
    """Four cinema tickets for 2004, called done; three were given out."""
    past.keep(
        rows_sheet(
            {"kind": "电影票", "who": "1", "on": "2004-10-01", "quantity": 2},
            {"kind": "电影票", "who": "2", "on": "2004-10-01", "quantity": 1},
        )
    )
    fold_facts(now=NOON)
    return say(lower, lay_down(lower, "发放电影票", year=2004, indicator="CER-04", goal=4))


def test_whoever_confirms_sees_what_was_reached_and_how_it_is_counted(
    counted, lower, upper, signed_in
):
    relay.deliver_all()
    here = f"/s/{upper[0].code}/yearly/targets/{counted.pk}/"
    with in_station(upper[0]):
        assert Todo.objects.get(subject_id=counted.pk).link == here
    browser = signed_in(upper[1])

    page = browser.get(here).content.decode()

    for words in (
        lower[0].name, "2004", "4 张", "3 张", "75%", "CER-04", "累计数：", "2004-12", "已建库并逐月更新",
        "但按指标统计只有 3 张", f"{here}answer/",
    ):  # fmt: skip
        assert words in page
    assert "3 张" in browser.get(f"/s/{upper[0].code}/yearly/targets/?year=2004").content.decode()
    answer(upper, counted)
    assert f"{here}answer/" not in browser.get(here).content.decode()


def test_the_interface_tells_what_is_to_be_confirmed(counted, lower, upper, signed_in):
    relay.deliver_all()
    home = f"/s/{upper[0].code}/api/v1/yearly/targets/"
    browser = signed_in(upper[1])

    seen = browser.get(f"{home}{counted.pk}/").json()

    assert {name: seen[name] for name in seen if name != "target"} == {
        "indicator_name": "电影票发放张数", "done": 3, "recorded": 3, "percent": 75, "way": "sum",
        "until": "2004-12-01", "is_short": True, "is_asked": True,
    }  # fmt: skip
    assert (seen["target"]["goal"], seen["target"]["unit"], seen["target"]["year"]) == (
        4,
        "张",
        2004,
    )
    assert [one["done"] for one in browser.get(f"{home}?year=2004").json()["below"]] == [3]
    in_words = browser.get(f"{home}{say(lower, lay_down(lower)).pk}/").json()
    assert (in_words["done"], in_words["way"], in_words["is_asked"]) == (None, "", False)
    relay.deliver_all()
    assert browser.get(f"{home}{in_words['target']['id']}/").json()["is_asked"]
    answer(upper, counted)
    assert not browser.get(f"{home}{counted.pk}/").json()["is_asked"]


def test_what_was_said_anew_is_shown_when_its_message_is_here(lower, upper):
    target = say(lower, lay_down(lower), "under_way", "刚起步")
    relay.deliver_all()
    target = say(lower, target)
    with in_station(upper[0]):
        assert asked_here([target]) == set()
    relay.deliver_all()
    with in_station(upper[0]):
        assert asked_here([target]) == {target.pk}


def test_a_target_is_out_of_sight_beside_its_stations(counted, other_county, person_at, signed_in):
    stranger = signed_in(person_at(other_county, Role.HEAD))
    home = f"/s/{other_county.code}"
    for address in ("yearly/targets", "api/v1/yearly/targets"):
        assert stranger.get(f"{home}/{address}/{counted.pk}/").status_code == 404


def test_the_interface_lays_down_says_and_lists(lower, signed_in):
    home = f"/s/{lower[0].code}/api/v1/yearly/targets/"
    browser = signed_in(lower[1])
    made = browser.post(
        home, {"year": 2026, "title": "发放优待证", "indicator": "CER-01", "goal": 2000},
        content_type="application/json", headers={"Idempotency-Key": "t1"},
    ).json()  # fmt: skip
    assert (made["position"], made["goal"], made["unit"]) == (1, 2000, "户")
    said = browser.post(
        f"{home}{made['id']}/say/", {"reached": "under_way", "words": "已发 0 户"},
        content_type="application/json", headers={"Idempotency-Key": "t2"},
    ).json()  # fmt: skip
    assert said["reached"] == "under_way"
    listed = browser.get(f"{home}?year=2026").json()
    assert [(one["title"], one["done"]) for one in listed["own"]] == [("发放优待证", 0)]
