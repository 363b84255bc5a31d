"""The yearly report of a station: sentences with their numbers, and what the numbers say against each other."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef, station_in_force
from shared_apps.evaluations.models import Sample
from shared_apps.paperbooks.models import Bound
from shared_apps.rollup.dimensions import label_of
from shared_apps.targets.models import Reached, Target, Verdict
from tenant_apps.yearly.aims import Standing, standing_of, targets_of
from tenant_apps.yearly.rules.catalogue import YUAN, measured
from tenant_apps.yearly.rules.checks import Place, Said, copied, each, left_of, missing, percent
from tenant_apps.yearly.rules.declaring import Adds, Sentence
from tenant_apps.yearly.rules.evaluation import GOVERNANCE, SATISFIED
from tenant_apps.yearly.rules.sentences import SENTENCES
from tenant_apps.yearly.selectors import (
    HOUSEHOLDS,
    Counted,
    Frame,
    aided_at_several,
    count,
    places_of_sums,
)

_ABOUT = Bound.ABOUT
AIMS = "年度目标"
_WHOLE = 100
_LEFT = {"exact": "", "least": "至少", "most": "至多", "unknown": "约"}


@dataclass(frozen=True, slots=True)
class Warned:
    """Something in the report that a person has to look at."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of the report as it reads, with its numbers by name and what is wrong with them."""

    key: str
    chapter: str
    text: str
    numbers: Mapping[str, Counted]
    codes: tuple[str, ...]
    warnings: tuple[Warned, ...]
    notes: tuple[str, ...]

    @property
    def is_on_paper(self) -> bool:
        """Whether a number of it has no rows behind it."""
        return any(number.is_on_paper for number in self.numbers.values())


@dataclass(frozen=True, slots=True)
class YearlyReport:
    """The report of one station."""

    station: StationRef
    frame: Frame
    sentences: tuple[Told, ...]
    warnings: tuple[Warned, ...]

    @property
    def text(self) -> str:
        """The report as one text, chapter by chapter."""
        lines, chapter = [], ""
        for told in self.sentences:
            if told.chapter != chapter:
                chapter = told.chapter
                lines.append(f"【{chapter}】")
            lines.append(told.text)
        return "\n".join(lines)


def tell(station: StationRef, frame: Frame) -> YearlyReport:
    """Tell the year of ``station``: every sentence whose numbers are known.

    Raises:
        NotFound: the station is not at or below the one in force.
    """
    here = station_in_force()
    if here is not None and not station.is_below(here):
        raise NotFound
    told = (
        *(one for sentence in SENTENCES if (one := _of(sentence, station, frame)) is not None),
        *_targets(station, frame),
    )
    doubles = copied(places_of_sums(station=station, until=frame.until))
    return YearlyReport(station, frame, told, tuple(_copy(group) for group in doubles))


def _of(sentence: Sentence, station: StationRef, frame: Frame) -> Told | None:
    """Tell a sentence; how satisfied people are from those who were asked, and from paper where nobody was."""
    on_paper = _told(sentence, station, frame)
    asked = _asked(station, frame) if sentence.key == SATISFIED else None
    if asked is None or on_paper is None:
        return asked or on_paper
    return replace(asked, notes=(*asked.notes, f"纸面另记：{on_paper.text}"))


def _asked(station: StationRef, frame: Frame) -> Told | None:
    """Tell what drawn households of the station and those below it answered; None before any did."""
    samples = Sample.objects.filter(
        station__path__startswith=station.path, year=frame.year, void_on=None
    )
    rows = [one for one in samples if one.answered]
    if not rows:
        return None
    names = ("size", "answered", "satisfied", "partly", "dissatisfied", "not_reached", "left")
    numbers = {
        name: Counted(
            value := sum(getattr(one, name) for one in rows), HOUSEHOLDS, 1, recorded=value
        )
        for name in names
    }
    words = {name: shown(number) for name, number in numbers.items()}
    stations = {one.station_id for one in rows}
    where = f"{len(stations)}个站点" if len(stations) > 1 else ""
    rate = percent(numbers["satisfied"].value, numbers["answered"].value)
    text = (
        "{where}抽样回访受助户{size}户，有效回答{answered}户：满意{satisfied}户、基本满意{partly}户、"
        "不满意{dissatisfied}户，满意率{rate}%；未联系上{not_reached}户。"
    )
    left = numbers["left"].value
    return Told(
        key=SATISFIED,
        chapter=GOVERNANCE,
        text=text.format(where=where, rate=f"{rate:,}", **words),
        numbers=numbers,
        codes=("GOV-05.F", "GOV-05.F1"),
        warnings=(Warned("sample-not-finished", _("还有 %(n)d 户待回访。") % {"n": left}),)
        if left
        else (),
        notes=tuple(_counted_at_each(stations, frame)),
    )


def _counted_at_each(stations: Collection[int], frame: Frame) -> Iterator[str]:
    """Say that a household aided at two stations counts at each, and how many such there are: no draw knows another."""
    if len(stations) > 1:
        yield _(
            "在两个及以上站点受助的家庭，各站分别抽取、分别计数；这些站点中本年有 %(n)d 户。"
        ) % {"n": aided_at_several(stations, frame=frame)}


def _targets(station: StationRef, frame: Frame) -> Iterator[Told]:
    """Tell what the station set itself for the year, each with what it said and whether that was confirmed."""
    standing = [one for one in targets_of(station, frame.year) if not one.is_dropped]
    for place, target in enumerate(standing, start=1):
        counted = standing_of(target, station=station, until=frame.until)
        text = f"目标{place}：{target.title.rstrip('。')}"
        if counted is not None and target.goal is not None:
            number = counted.counted
            planned = shown(replace(number, bound=""), value=target.goal)
            text += f"，计划{planned}{number.unit}，已完成{shown(number)}{number.unit}"
            text += f"（{counted.percent}%）"
        text += "。"
        if target.round:
            text += f"{target.get_reached_display()}：{target.words.rstrip('。')}。"
        yield Told(
            key=f"target-{target.position}",
            chapter=AIMS,
            text=text,
            numbers={"done": counted.counted} if counted is not None else {},
            codes=(target.indicator,) if target.indicator else (),
            warnings=tuple(_doubts(target, counted)),
            notes=(f"{target.verdict_place}已核定。",) if target.verdict == Verdict.AGREED else (),
        )


def _doubts(target: Target, counted: Standing | None) -> Iterator[Warned]:
    if target.verdict == Verdict.RETURNED:
        yield Warned(
            "target-returned",
            _("进展被上级退回：%(why)s") % {"why": target.verdict_words},
        )
    elif target.round and target.verdict == Verdict.NONE:
        yield Warned("target-not-confirmed", _("进展由站点自报，上级尚未核定。"))
    is_short = counted is not None and counted.percent < _WHOLE
    if target.reached == Reached.DONE and is_short:
        yield Warned("target-short", _("报为已完成，但指标没有达到目标数，请核实。"))


def shown(number: Counted, *, value: int | None = None) -> str:
    """Return a number in its unit with the word it was said with: 3,000余, 约100; yuan with both decimals or none."""
    amount = Decimal(number.value if value is None else value) / number.scale
    if amount == amount.to_integral_value():
        plain = f"{int(amount):,}"
    else:
        plain = f"{amount:,.2f}" if number.unit == YUAN else f"{amount:,f}"
    if number.bound == _ABOUT:
        return f"约{plain}"
    return plain + {Bound.OVER: "余", Bound.MORE: "多"}.get(Bound(number.bound), "")


def _told(sentence: Sentence, station: StationRef, frame: Frame) -> Told | None:
    if sentence.beside and not count(sentence.beside, station=station, frame=frame).value:
        return None
    needed = sentence.needs or tuple(sentence.numbers)
    numbers: dict[str, Counted] = {}
    for name in sorted(sentence.numbers, key=lambda one: one not in needed):
        numbers[name] = count(sentence.numbers[name], station=station, frame=frame)
        if name in needed and not numbers[name].value:
            return None
        if name in sentence.said and not (numbers[name].value or numbers[name].is_on_paper):
            return None
    words = {name: _with_variants(number) for name, number in numbers.items()}
    worked = {
        name: f"{percent(numbers[part].value, numbers[whole].value) or 0:,}"
        for name, (part, whole) in sentence.shares.items()
    } | {
        name: f"{(each(numbers[money].value, numbers[persons].value) or 0) / 100:,.2f}"
        for name, (money, persons) in sentence.averages.items()
    }
    worked |= {
        name: _left(numbers[came], numbers[went]) for name, (came, went) in sentence.lefts.items()
    }
    worked |= {
        name: "、".join(
            text.format(words[part]) for part, text in parts.items() if numbers[part].value
        )
        for name, parts in sentence.lists.items()
    }
    if not all(worked[name] for name in sentence.lists):
        return None
    frames = {
        "year": str(frame.year),
        "until_year": str(frame.until.year),
        "station": station.name,
    }
    return Told(
        key=sentence.key,
        chapter=sentence.chapter,
        text=sentence.text.format_map(ChainMap(words, worked, frames)),
        numbers=numbers,
        codes=tuple(
            dict.fromkeys(
                term.code for number in sentence.numbers.values() for term in number.terms
            )
        ),
        warnings=tuple(_warnings(sentence, numbers)),
        notes=tuple(_notes(sentence, numbers)),
    )


def _with_variants(number: Counted) -> str:
    others = [shown(number, value=value) for _name, value in number.variants[1:]]
    return shown(number) + (f"（另一种读法：{'、'.join(others)}）" if others else "")


def _left(came: Counted, went: Counted) -> str:
    left = left_of(Said(came.value, came.bound), Said(went.value, went.bound))
    return f"{_LEFT[left.word]}{left.value:,}"


def _warnings(sentence: Sentence, numbers: Mapping[str, Counted]) -> Iterator[Warned]:
    for adds in sentence.adds:
        yield from _parts_and_whole(sentence, adds, numbers)
    compared = {adds.whole for adds in sentence.adds}
    for name, number in numbers.items():
        differs = number.paper is not None and number.recorded not in {0, number.paper}
        if name not in compared and differs and not number.bound:
            yield Warned(
                "paper-and-rows",
                _("%(name)s：纸面数 %(paper)s，逐行台账合计 %(rows)s，请核对。")
                % {
                    "name": _name_of(sentence, name),
                    "paper": shown(number, value=number.paper),
                    "rows": shown(number, value=number.recorded),
                },
            )
    for money, persons in sentence.looked_at:
        yield from _readings(sentence, money, numbers[money], numbers[persons])


def _parts_and_whole(
    sentence: Sentence, adds: Adds, numbers: Mapping[str, Counted]
) -> Iterator[Warned]:
    whole = numbers[adds.whole]
    parts = [numbers[name] for name in adds.parts]
    lack = missing(Said(whole.value, whole.bound), [Said(part.value, part.bound) for part in parts])
    if lack is None or (lack < 0 and adds.may_overlap):
        return
    values = {
        "name": _name_of(sentence, adds.whole),
        "whole": shown(whole),
        "parts": shown(whole, value=sum(part.value for part in parts)),
        "lack": shown(whole, value=abs(lack)),
        "unit": whole.unit,
    }
    text = (
        _("%(name)s：合计 %(whole)s%(unit)s，各分项之和 %(parts)s%(unit)s，缺 %(lack)s%(unit)s。")
        if lack > 0
        else _(
            "%(name)s：合计 %(whole)s%(unit)s，各分项之和 %(parts)s%(unit)s，多出 %(lack)s%(unit)s。"
        )
    )
    yield Warned("parts-and-whole", text % values)


def _readings(sentence: Sentence, name: str, money: Counted, persons: Counted) -> Iterator[Warned]:
    """Say what one gets on average under each reading of an amount that may have lost its decimal point."""
    if not money.variants or not persons.value:
        return
    readings = "；".join(
        _("%(reading)s %(money)s 元，平均每户（人）%(average)s 元")
        % {
            "reading": variant,
            "money": shown(money, value=value),
            "average": f"{(each(value, persons.value) or 0) / 100:,.2f}",
        }
        for variant, value in money.variants
    )
    yield Warned(
        "two-readings",
        _("%(name)s有两种读法，无法确定，不与其他数字相加：%(readings)s。")
        % {"name": _name_of(sentence, name), "readings": readings},
    )


def _notes(sentence: Sentence, numbers: Mapping[str, Counted]) -> Iterator[str]:
    for name, number in numbers.items():
        if number.paper_parts:
            yield _("%(name)s含纸面填报单位 %(parts)s，未去重；去重后应在 %(least)s 至 %(most)s 之间。") % {
                "name": _name_of(sentence, name),
                "parts": shown(number, value=number.paper_parts),
                "least": shown(number, value=number.parts_from),
                "most": shown(number),
            }  # fmt: skip


def _copy(group: tuple[Place, ...]) -> Warned:
    in_yuan = group[0].measure == "fen"
    value = group[0].value / Decimal(100) if in_yuan else Decimal(group[0].value)
    return Warned(
        "same-number-twice",
        _("同一个数 %(value)s 出现在几处：%(places)s。请核实是否转抄。")
        % {
            "value": f"{value:,f}".removesuffix(".00") + (_("元") if in_yuan else ""),
            "places": "；".join(
                _("%(station)s，%(count)s 人（户）")
                % {"station": place.station, "count": f"{place.count:,}"}
                if place.count is not None
                else _("%(station)s，%(about)s") % {"station": place.station, "about": place.about}
                for place in group
            ),
        },
    )


def _name_of(sentence: Sentence, name: str) -> str:
    known = measured(sentence.numbers[name].terms[0].code)
    parts = [label for term in sentence.numbers[name].terms[:1] for label in _labels(term.dims)]
    return str(known.name) + (f"（{'、'.join(parts)}）" if parts else "")


def _labels(dims: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for name, keys in dims.items():
        if len(keys) == 1:
            yield label_of(name, keys[0])
