"""What a third party found of a station, from its paper, beside what the station's own records say.

A rate is worked out from the sample: wrongly in of those on file, missed of those never filed, wrongly out of those out
of hardship. A zero counts when it was stated, never when nothing was said.

Source: domain reference I-T06, NR31, RQ28, §3.15, GOV-03 to GOV-05.
"""

from __future__ import annotations

from collections.abc import Sequence

from tenant_apps.yearly.rules.declaring import Adds, Sentence, number

GOVERNANCE = "目标与评估"
SATISFIED = "evaluation-satisfied"


def _rate(key: str, text: str, of: str, part: str) -> Sentence:
    """Return the sentence of a rate: {of} were looked at, {part} of them were so, {rate} per cent."""
    return Sentence(
        f"evaluation-{key}",
        GOVERNANCE,
        text,
        {"of": number(of, "year"), "part": number(part, "year")},
        needs=("of",),
        said=("part",),
        shares={"rate": ("part", "of")},
    )


_STRATA = ("on_file", "out", "cancelled", "never")

EVALUATION: Sequence[Sentence] = (
    Sentence(
        "evaluation",
        GOVERNANCE,
        "{year}年接受第三方评估：评估组{people}人，历时{days}天，采用{methods}种实地方法。",
        {
            "people": number("GOV-03.P", "year"),
            "days": number("GOV-03.D", "year"),
            "methods": number("GOV-03.M", "year"),
        },
    ),
    Sentence(
        "evaluation-score",
        GOVERNANCE,
        "{year}年考核评估得分{score}分。",
        {"score": number("GOV-03", "year")},
    ),
    Sentence(
        "evaluation-sample",
        GOVERNANCE,
        "评估抽查{sampled}户：在档{on_file}户、已脱困{out}户、已注销{cancelled}户、未建档{never}户。",
        {
            "sampled": number("GOV-05.S", "year"),
            "on_file": number("GOV-05.S1", "year"),
            "out": number("GOV-05.S2", "year"),
            "cancelled": number("GOV-05.S3", "year"),
            "never": number("GOV-05.S4", "year"),
        },
        needs=("sampled",),
        said=_STRATA,
        adds=(Adds("sampled", _STRATA),),
    ),
    _rate("in", "抽查在档{of}户，错评{part}户，错评率{rate}%。", "GOV-05.S1", "GOV-05.W1"),
    _rate("out", "抽查已脱困{of}户，错退{part}户，错退率{rate}%。", "GOV-05.S2", "GOV-05.W2"),
    _rate("missed", "抽查未建档{of}户，漏评{part}户，漏评率{rate}%。", "GOV-05.S4", "GOV-05.W4"),
    _rate("compared", "比对建档信息{of}户，一致{part}户，占{rate}%。", "GOV-05.C", "GOV-05.C1"),
    _rate("paired", "核查结对帮扶{of}户，落实{part}户，占{rate}%。", "GOV-05.P", "GOV-05.P1"),
    _rate("measures", "核查帮扶措施{of}户，精准{part}户，占{rate}%。", "GOV-05.M", "GOV-05.M1"),
    _rate("satisfied", "问卷调查{of}户，满意{part}户，满意率{rate}%。", "GOV-05.F", "GOV-05.F1"),
    _rate(
        "rectified", "评估指出问题{of}个，已整改{part}个，整改率{rate}%。", "GOV-04.D", "GOV-04.N"
    ),
    Sentence(
        "evaluation-records",
        GOVERNANCE,
        "本站记录：在档{families}户，已核对家庭经济状况{checked}户，占{checked_share}%；"
        "已结对{paired}户，占{paired_share}%。",
        {
            "families": number("FIL-01"),
            "checked": number("FIL-08.N"),
            "paired": number("PAI-01"),
        },
        needs=("families",),
        beside=number("GOV-03.P", "year"),
        shares={"checked_share": ("checked", "families"), "paired_share": ("paired", "families")},
    ),
)
