"""Instruction and return files: what is written, what is read, what is refused whole."""

from dataclasses import replace

import pytest

from bangfu.demo.bank import answer, payments_of
from tenant_apps.payouts.bankfile import LAYOUTS, FileRefused, Status, layout_of
from tests.tenant_apps.payouts.corpus import (
    EXPECTED,
    FAILED,
    NUMBER,
    SENT,
    corpus,
    good,
    instruction_of,
    read_and_judge,
)

WRONG = corpus()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_bank_reads_what_we_wrote(layout):
    number, told = payments_of(layout, instruction_of(layout))
    assert number == NUMBER
    assert [(one.ref, one.card, one.amount_fen) for one in told] == [
        (one.ref, one.card, one.amount_fen) for one in SENT.payments
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_instruction_is_the_same_bytes(layout):
    assert instruction_of(layout) == instruction_of(layout)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_reply_tells_of_each_line_once(layout):
    changes = read_and_judge(layout, good(layout))
    assert [one.ref for one in changes] == [one.ref for one in SENT.payments]
    failed = {one.ref: (one.status, one.reason) for one in changes if one.status is Status.FAILED}
    assert failed == FAILED


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_reply_that_only_repeats_changes_nothing(layout):
    told = {change.ref: change.status for change in read_and_judge(layout, good(layout))}
    after = {ref: replace(one, state=told[ref]) for ref, one in EXPECTED.items()}
    assert read_and_judge(layout, good(layout), after) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_supplement_tells_only_what_changed_since(layout):
    ref = SENT.payments[5].ref
    sent = EXPECTED | {ref: replace(EXPECTED[ref], state="paid")}
    data = answer(
        layout,
        instruction_of(layout),
        results={ref: (Status.RETURNED, "账户已注销")},
        is_whole=False,
    )
    assert [(one.ref, one.status) for one in read_and_judge(layout, data, sent)] == [
        (ref, Status.RETURNED)
    ]


@pytest.mark.parametrize(
    ("before", "result"),
    [("failed", Status.PAID), ("paid", Status.FAILED), ("returned", Status.PAID),
     ("paid", Status.UNKNOWN), ("failed", Status.UNKNOWN), ("unknown", Status.RETURNED)],
)  # fmt: skip
def test_a_result_that_contradicts_the_one_before_refuses_the_file(before, result):
    ref = SENT.payments[5].ref
    sent = EXPECTED | {ref: replace(EXPECTED[ref], state=before)}
    data = answer("generic", instruction_of("generic"), results={ref: (result, "")}, is_whole=False)
    with pytest.raises(FileRefused) as refusal:
        read_and_judge("generic", data, sent)
    assert refusal.value.kind == "B10"


def test_there_are_enough_wrong_files_and_each_is_wrong_in_its_own_way():
    assert len(WRONG) >= 60
    assert len({wrong.name for wrong in WRONG}) == len(WRONG)
    assert {wrong.kind for wrong in WRONG} == {"B2", "B5", "B6", "B9", "B10", "B11", "B12"}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_wrong_file_is_refused_whole_and_says_what_to_do(wrong):
    with pytest.raises(FileRefused) as refusal:
        read_and_judge(wrong.layout, wrong.data)
    assert refusal.value.kind == wrong.kind
    if wrong.line:
        assert refusal.value.line == wrong.line
    sentence = str(refusal.value)
    assert sentence.endswith("。")
    assert "请" in sentence
    assert "%" not in sentence


def test_a_name_too_long_for_its_field_is_cut_between_characters():
    long = replace(SENT, payments=(replace(SENT.payments[0], name="阿卜杜热合曼" * 8),))
    data = layout_of("fixed").write(long)
    data.decode("gb18030")
    assert {len(line) for line in data.split(b"\r\n")[1:-2]} == {176}
