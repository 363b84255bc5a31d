"""The cap engine, case by case: written from the rules (NR20-NR23, I-K02, I-H17, I-Q11, TC-21), in yuan."""

import re
from dataclasses import replace
from datetime import date

import pytest

from bangfu.ui.templatetags.ui import yuan
from shared_apps.programmes.shipped import SHIPPED
from shared_apps.programmes.terms import Terms, read_terms
from tenant_apps.aid.rules import Case, Past, assess, bound_sentence, reason_sentence, refusal_of
from tenant_apps.aid.rules.wording import REASONS

ON = date(2026, 9, 10)
LINE = 80_000
TERMS = {one.key: read_terms(one.terms) for one in SHIPPED}
# Sudden hardship where the place also lays down the share of what was lost, for some kinds (NR22).
TERMS["sudden_shares"] = replace(
    TERMS["sudden"], loss_shares={"fire": "0.5", "disaster": "0.125", "property": "1"}
)
AID = {one.key: one.aid for one in SHIPPED} | {"sudden_shares": "sudden"}
PAPERS = frozenset({"diagnosis", "medical_bills", "tuition", "accident"})


def case(programme, asked, **more):
    past = tuple(
        Past(
            programme=key, aid=AID[key], on=more.get("past_on", ON), amount_fen=fen * 100,
            same_person=more.get("same_person", True),
        )
        for key, fen in more.pop("past", ())
    )  # fmt: skip
    more.pop("past_on", None)
    more.pop("same_person", None)
    given = {
        "on": ON, "programme": programme, "aid": AID[programme], "asked_fen": round(asked * 100),
        "file_state": "on_file", "tier": "1", "level": "3", "line_fen": LINE, "living_months": 12,
        "papers": PAPERS, "past": past,
    }  # fmt: skip
    given |= more
    for name in {"self_paid", "loss"} & given.keys():
        given[f"{name}_fen"] = round(given.pop(name) * 100)
    return Case(**given)


BEFORE = date(2025, 12, 31)
OUTSIDE = {"file_state": "", "tier": "", "level": "", "line_fen": 0, "living_months": 0}

# programme, asked, what else is known → reasons, most that may be granted, proposed (yuan)
CASES = [
    # Living: twelve months' line for the deep tier, eight for the relative (NR22).
    ("living", 9600, {}, "", 9600, 9600),
    ("living", 9600.01, {}, "A110", 9600, 9600),
    ("living", 2800, {}, "", 9600, 2800),
    ("living", 6400, {"tier": "2", "living_months": 8}, "", 6400, 6400),
    ("living", 6400.01, {"tier": "2", "living_months": 8}, "A110", 6400, 6400),
    ("living", 6400, {"tier": "3", "living_months": 8}, "", 6400, 6400),
    ("living", 7600, {"past": [("living", 2000)]}, "", 7600, 7600),
    ("living", 7600.01, {"past": [("living", 2000)]}, "A110", 7600, 7600),
    ("living", 100, {"past": [("living", 9600)]}, "A111", 0, 0),
    ("living", 9600, {"past": [("living", 9600)], "past_on": BEFORE}, "", 9600, 9600),
    ("living", 9600, {"past": [("medical", 9600)]}, "", 9600, 9600),
    ("living", 100, {"tier": "", "living_months": 0}, "A103 A111", 0, 0),
    ("living", 12744, {"line_fen": 106_200}, "", 12744, 12744),
    ("living", 12744.01, {"line_fen": 106_200}, "A110", 12744, 12744),
    # First the file, then the aid (NR20).
    ("living", 100, {"file_state": "draft"}, "A101", 9600, 100),
    ("living", 100, {"file_state": "submitted"}, "A101", 9600, 100),
    ("living", 100, {"file_state": "exit_notice"}, "A101", 9600, 100),
    ("living", 100, {"file_state": "out"}, "A101", 9600, 100),
    ("living", 100, {"file_state": "transferring"}, "A101", 9600, 100),
    ("living", 100, {"file_state": "rechecking"}, "", 9600, 100),
    ("living", 100, OUTSIDE, "A101 A111", 0, 0),
    ("living", 100, OUTSIDE | {"outside": "front_line"}, "A102 A111", 0, 0),
    # The relative tier gets one kind a year; warmth at the festivals is not counted.
    ("living", 100, {"tier": "2", "living_months": 8, "past": [("medical", 500)]}, "A113", 6400, 100),
    ("living", 100, {"tier": "2", "living_months": 8, "past": [("festival", 500)]}, "", 6400, 100),
    ("living", 100, {"tier": "1", "past": [("medical", 500)]}, "", 9600, 100),
    ("living", 100, {"tier": "2", "living_months": 8, "past": [("medical", 500)], "past_on": BEFORE}, "", 6400, 100),
    # Serious illness: all of what was paid oneself, or four fifths; 150,000 in total.
    ("medical", 30000, {"self_paid": 30000}, "", 30000, 30000),
    ("medical", 30000.01, {"self_paid": 30000}, "A110", 30000, 30000),
    ("medical", 24000, {"self_paid": 30000, "tier": "2"}, "", 24000, 24000),
    ("medical", 24000.01, {"self_paid": 30000, "tier": "2"}, "A110", 24000, 24000),
    ("medical", 24000, {"self_paid": 30000, "tier": "3"}, "", 24000, 24000),
    ("medical", 0.26, {"self_paid": 0.33, "tier": "2"}, "", 0.26, 0.26),
    ("medical", 0.27, {"self_paid": 0.33, "tier": "2"}, "A110", 0.26, 0.26),
    ("medical", 100, {}, "A108", 150000, 100),
    ("medical", 100, {"self_paid": 200, "papers": frozenset({"diagnosis"})}, "A109", 200, 100),
    ("medical", 150000, {"self_paid": 400000}, "", 150000, 150000),
    ("medical", 150000.01, {"self_paid": 400000}, "A110", 150000, 150000),
    ("medical", 50000, {"self_paid": 400000, "past": [("medical", 100000)], "past_on": BEFORE}, "", 50000, 50000),
    ("medical", 50001, {"self_paid": 400000, "past": [("medical", 100000)], "past_on": BEFORE}, "A110", 50000, 50000),
    ("medical", 1, {"self_paid": 400000, "past": [("medical", 150000)], "past_on": BEFORE}, "A111", 0, 0),
    # Schooling: 6,300 for files of nation and province, 6,000 for those of the city (I-K02).
    ("schooling", 6300, {"level": "1", "stage": "bachelor"}, "", 10000, 6300),
    ("schooling", 6300, {"level": "2", "stage": "college"}, "", 10000, 6300),
    ("schooling", 6000, {"level": "3", "stage": "master"}, "", 10000, 6000),
    ("schooling", 6000, {"level": "1", "stage": "bachelor"}, "", 10000, 6300),
    ("schooling", 4000, {"level": "5", "stage": "bachelor"}, "", 10000, 4000),
    ("schooling", 10000, {"level": "4", "stage": "special"}, "", 10000, 10000),
    ("schooling", 10000.01, {"level": "4", "stage": "doctor"}, "A110", 10000, 10000),
    ("schooling", 3000, {"level": "4", "stage": "compulsory"}, "", 3000, 3000),
    ("schooling", 3001, {"level": "4", "stage": "kindergarten"}, "A110", 3000, 3000),
    ("schooling", 3000, {"level": "3", "stage": "compulsory"}, "", 3000, 3000),
    ("schooling", 6000, {"stage": ""}, "A106", None, 6000),
    ("schooling", 6000, {"stage": "bachelor", "on": date(2026, 6, 30)}, "A107", 10000, 6000),
    ("schooling", 6000, {"stage": "bachelor", "on": date(2026, 7, 1)}, "", 10000, 6000),
    ("schooling", 6000, {"stage": "bachelor", "on": date(2026, 12, 1)}, "A107", 10000, 6000),
    ("schooling", 6000, {"stage": "bachelor", "past": [("schooling", 6000)], "same_person": False}, "", 10000, 6000),
    ("schooling", 4000, {"stage": "bachelor", "past": [("schooling", 6000)]}, "", 4000, 4000),
    ("schooling", 6000, {"stage": "bachelor", "papers": frozenset()}, "A109", 10000, 6000),
    ("blue_collar", 5000, {"stage": "secondary"}, "", 10000, 5000),
    ("blue_collar", 5000, {"stage": "bachelor"}, "A106", None, 5000),
    ("dream", 5000, {"stage": "bachelor", "past": [("schooling", 6000)]}, "", 10000, 5000),
    ("dream", 5000, {"stage": "college"}, "A106", None, 5000),
    # Warmth: 3,000 a time, 6,000 a person and year over all warmth (NR23).
    ("festival", 3000, OUTSIDE | {"outside": "front_line"}, "", 3000, 3000),
    ("festival", 3000.01, OUTSIDE | {"outside": "front_line"}, "A110", 3000, 3000),
    ("festival", 800, {}, "", 3000, 800),
    ("festival", 1000, {"past": [("warmth", 2500), ("festival", 2500)]}, "", 1000, 1000),
    ("festival", 1001, {"past": [("warmth", 2500), ("festival", 2500)]}, "A110", 1000, 1000),
    ("warmth", 1, {"past": [("festival", 3000), ("warmth", 3000)]}, "A111", 0, 0),
    ("warmth", 3000, {"past": [("festival", 3000), ("warmth", 3000)], "past_on": BEFORE}, "", 3000, 3000),
    ("warmth", 3000, {"past": [("festival", 6000)], "same_person": False}, "", 3000, 3000),
    ("festival", 500, OUTSIDE | {"outside": "on_file"}, "A102", 3000, 500),
    # Urgent: a small sum at once; the papers come later.
    ("urgent", 2000, {"is_urgent": True}, "", 2000, 2000),
    ("urgent", 2000.01, {"is_urgent": True}, "A110", 2000, 2000),
    ("urgent", 100, {"past": [("urgent", 1), ("urgent", 1)]}, "A112", 2000, 100),
    ("urgent", 100, {"past": [("urgent", 1), ("urgent", 1)], "past_on": BEFORE}, "", 2000, 100),
    ("medical", 5000, {"self_paid": 9000, "papers": frozenset(), "is_urgent": True}, "", 5000, 5000),
    ("medical", 5001, {"self_paid": 9000, "papers": frozenset(), "is_urgent": True}, "A110", 5000, 5000),
    ("living", 2000.01, {"is_urgent": True}, "A110", 2000, 2000),
    # Sudden hardship, model workers, fixed subsidy, training.
    # Sudden hardship: the kind of loss bounds each grant (NR22).
    ("sudden", 10000, {"tier": "3", "loss_kind": "injury"}, "", 10000, 10000),
    ("sudden", 10000.01, {"tier": "3", "loss_kind": "injury"}, "A110", 10000, 10000),
    ("sudden", 10000, {"tier": "3", "loss_kind": "death"}, "", 10000, 10000),
    ("sudden", 8000, {"tier": "3", "loss_kind": "fire"}, "", 8000, 8000),
    ("sudden", 8000.01, {"tier": "3", "loss_kind": "disaster"}, "A110", 8000, 8000),
    ("sudden", 5000, {"tier": "3", "loss_kind": "income"}, "", 5000, 5000),
    ("sudden", 5000.01, {"tier": "3", "loss_kind": "property"}, "A110", 5000, 5000),
    ("sudden", 5000, {"tier": "3", "loss_kind": "fire", "past": [("sudden", 8000)]}, "", 8000, 5000),
    ("sudden", 3000, {"tier": "3", "loss_kind": "fire", "is_urgent": True, "papers": frozenset()}, "", 3000, 3000),
    ("sudden", 5000, {"tier": "3"}, "A115", 10000, 5000),
    ("sudden", 5000, {"tier": "3", "loss_kind": "flood"}, "A115", 10000, 5000),
    ("sudden", 1000, {"tier": "1", "loss_kind": "injury"}, "A103", 10000, 1000),
    # ... and, where it is laid down, a share of what was lost, whichever is less.
    ("sudden_shares", 6000, {"tier": "3", "loss_kind": "fire", "loss": 12000}, "", 6000, 6000),
    ("sudden_shares", 6000.01, {"tier": "3", "loss_kind": "fire", "loss": 12000}, "A110", 6000, 6000),
    ("sudden_shares", 8000, {"tier": "3", "loss_kind": "fire", "loss": 16000}, "", 8000, 8000),
    ("sudden_shares", 8000.01, {"tier": "3", "loss_kind": "fire", "loss": 90000}, "A110", 8000, 8000),
    ("sudden_shares", 1250, {"tier": "3", "loss_kind": "disaster", "loss": 10000}, "", 1250, 1250),
    ("sudden_shares", 0.12, {"tier": "3", "loss_kind": "disaster", "loss": 1}, "", 0.12, 0.12),
    ("sudden_shares", 0.13, {"tier": "3", "loss_kind": "disaster", "loss": 1}, "A110", 0.12, 0.12),
    ("sudden_shares", 3000, {"tier": "3", "loss_kind": "property", "loss": 3000}, "", 3000, 3000),
    ("sudden_shares", 3001, {"tier": "3", "loss_kind": "property", "loss": 3000}, "A110", 3000, 3000),
    ("sudden_shares", 5000, {"tier": "3", "loss_kind": "fire"}, "A116", 8000, 5000),
    ("sudden_shares", 5000, {"tier": "3", "loss_kind": "fire", "loss": 0}, "A116", 8000, 5000),
    ("sudden_shares", 10000, {"tier": "3", "loss_kind": "injury"}, "", 10000, 10000),
    ("sudden_shares", 10000, {"tier": "3", "loss_kind": "injury", "loss": 100}, "", 10000, 10000),
    ("model_consolation", 3000, {"groups": ("model_worker",)}, "", 3000, 3000),
    ("model_consolation", 3000, {}, "A105", 3000, 3000),
    ("model_assistance", 100, {"groups": ("model_worker",), "past": [("model_assistance", 100)]}, "A112", 10000, 100),
    ("fixed_subsidy", 800, {"groups": ("party_member",)}, "", None, 800),
    ("fixed_subsidy", 799.99, {"groups": ("party_member",)}, "A114", None, 799.99),
    ("training", 3000, {"self_paid": 3500}, "", 3000, 3000),
    ("training", 3000, {"self_paid": 2000}, "A110", 2000, 2000),
    ("training", 1001, {"self_paid": 3500, "past": [("training", 2000)]}, "A110", 1000, 1000),
]  # fmt: skip


@pytest.mark.parametrize(("programme", "asked", "known", "reasons", "most", "proposed"), CASES)
def test_what_may_be_granted(programme, asked, known, reasons, most, proposed) -> None:
    judged = assess(case(programme, asked, **known), TERMS[programme])
    assert " ".join(judged.reasons) == reasons
    assert judged.most_fen == (None if most is None else round(most * 100))
    assert judged.proposed_fen == round(proposed * 100)


@pytest.mark.parametrize(("programme", "asked", "known"), [one[:3] for one in CASES])
def test_the_numbers_of_the_sentences_are_the_computed_ones(programme, asked, known) -> None:
    judged = assess(case(programme, asked, **known), TERMS[programme])
    for bound in judged.bounds:
        computed = {bound.limit_fen, bound.used_fen, bound.left_fen, bound.base_fen}
        said = re.findall(r"[\d,]+\.\d\d", bound_sentence(bound))
        assert said
        assert set(said) <= {yuan(amount) for amount in computed}
        assert not bound.times or f"{bound.times} " in bound_sentence(bound)


def test_a_limit_in_a_sentence_is_what_its_factors_give() -> None:
    living, medical = (
        assess(case("living", 100), TERMS["living"]).bounds[0],
        assess(case("medical", 1, self_paid=30000, tier="2"), TERMS["medical"]).bounds[1],
    )
    assert "800.00 元 × 12 = 9,600.00 元" in bound_sentence(living)
    assert "30,000.00 元 × 80% = 24,000.00 元" in bound_sentence(medical)


def test_more_than_the_share_of_what_was_lost_is_refused_with_the_numbers() -> None:
    known = {"tier": "3", "loss_kind": "disaster", "loss": 10_000}
    judged = assess(case("sudden_shares", 1250.01, **known), TERMS["sudden_shares"])
    assert judged.reasons == ("A110",)
    assert refusal_of(judged, judged.reasons) == (
        "申请金额超过可批金额。不超过损失的 12.5%：10,000.00 元 × 12.5% = 1,250.00 元。"
    )
    assert refusal_of(judged, ["A109"]) == "规定的材料不齐。"


def test_every_reason_has_a_sentence() -> None:
    assert all(reason_sentence(code).endswith("。") for code in REASONS)


def test_the_binding_bound_is_the_one_that_leaves_least() -> None:
    judged = assess(case("medical", 1, self_paid=200000), TERMS["medical"])
    assert judged.binding is not None
    assert judged.binding.code == "total"


def test_a_window_may_run_over_the_turn_of_the_year() -> None:
    terms = Terms(window=("12-15", "02-28"))
    assert [
        terms.is_in_window(date(2026, month, day)) for month, day in ((12, 14), (12, 15), (1, 3))
    ] == [False, True, True]
