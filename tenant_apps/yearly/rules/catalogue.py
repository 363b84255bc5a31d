"""How indicators are called and measured, those included that are known from paper alone.

Source: domain reference §4.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from shared_apps.rollup.registry import UnknownIndicator, indicator

YUAN, TONS, POINTS = "元", "吨", "分"


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator as a total on paper may name it; ``is_declared`` where rows stand behind it."""

    code: str
    name: Text
    unit: str
    is_declared: bool = False

    @property
    def scale(self) -> int:
        """How many of what is kept make one of the unit: fen of a yuan, thousandths of a ton, hundredths of a point."""
        return {YUAN: 100, TONS: 1000, POINTS: 100}.get(self.unit, 1)


ON_PAPER: Mapping[str, Measured] = {
    one.code: one
    for one in (
        Measured("POP-01", _("辖区职工数"), "人"),
        Measured("POP-01.M", _("辖区农民工数"), "人"),
        Measured("POP-02", _("下岗失业职工数"), "人"),
        Measured("POP-03", _("困难企业数"), "个"),
        Measured("REC-01", _("接待总人次"), "人次"),
        Measured("REC-02", _("来访人次"), "人次"),
        Measured("REC-03", _("来信件数"), "件"),
        Measured("REC-04", _("来电个数"), "个"),
        Measured("REC-05", _("法律政策咨询人次"), "人次"),
        Measured("REC-06", _("实施帮扶人次"), "人次"),
        Measured("REC-09", _("冲突事件数"), "起"),
        Measured("LAW-01", _("法律援助案件数"), "起"),
        Measured("LAW-02", _("法律援助挽回金额"), YUAN),
        Measured("LAW-03", _("劳动争议调解受理数"), "件"),
        Measured("LAW-05", _("农民工维权人次"), "人次"),
        Measured("EMP-01", _("免费介绍就业人次"), "人次"),
        Measured("EMP-02", _("实现就业人数（去重）"), "人"),
        Measured("EMP-02.F", _("建档困难职工家庭实现就业人数"), "人"),
        Measured("EMP-03", _("再就业基地数"), "个"),
        Measured("EMP-04", _("基地安置人数"), "人"),
        Measured("EMP-05", _("培训班期数"), "期"),
        Measured("EMP-06", _("培训人次"), "人次"),
        Measured("EMP-06.F", _("建档困难职工家庭培训人次"), "人次"),
        Measured("EMP-08", _("招聘活动场次"), "场"),
        Measured("EMP-09", _("提供岗位数"), "个"),
        Measured("EMP-10", _("达成就业人数"), "人"),
        Measured("EMP-11", _("小额借款发放金额"), YUAN),
        Measured("EMP-11.P", _("小额借款发放人次"), "人次"),
        Measured("EMP-12", _("小额借款帮助人数（去重）"), "人"),
        Measured("MED-06", _("义诊人次"), "人次"),
        Measured("MED-06.V", _("义诊价值"), YUAN),
        Measured("MED-07", _("医疗互助及防癌保险参保人数"), "人"),
        Measured("MED-07.U", _("未参加医保的困难劳模占比"), "%"),
        Measured("MED-07.W", _("女职工防癌保险参保人数"), "人"),
        Measured("MED-08", _("互助保险赔付人数"), "人"),
        Measured("MED-08.V", _("互助保险赔付金额"), YUAN),
        Measured("EDU-05.V", _("命名助学金每人每年金额"), YUAN),
        Measured("EDU-06", _("爱心学校数"), "所"),
        Measured("FUN-06.M", _("困难劳模专项经费"), YUAN),
        Measured("GOV-02.AID", _("年度目标：年底送温暖户数"), "户"),
        Measured("GOV-02.CER", _("年度目标：发放优待证户数"), "户"),
        Measured("GOV-02.EMP", _("年度目标：培训、推荐、安置人数"), "人"),
        Measured("GOV-02.LOV", _("年度目标：爱心超市数"), "个"),
        Measured("GOV-02.PAI", _("年度目标：结对帮扶户数"), "户"),
        Measured("GOV-03", _("考核与评估得分"), POINTS),
        Measured("GOV-03.D", _("第三方评估天数"), "天"),
        Measured("GOV-03.M", _("第三方评估实地方法数"), "种"),
        Measured("GOV-03.P", _("第三方评估组人数"), "人"),
        Measured("GOV-04.D", _("评估指出问题数"), "个"),
        Measured("GOV-04.N", _("已整改问题数"), "个"),
        Measured("GOV-05.C", _("评估比对建档信息户数"), "户"),
        Measured("GOV-05.C1", _("评估：建档信息一致户数"), "户"),
        Measured("GOV-05.F", _("评估问卷调查户数"), "户"),
        Measured("GOV-05.F1", _("评估：满意户数"), "户"),
        Measured("GOV-05.M", _("评估核查帮扶措施户数"), "户"),
        Measured("GOV-05.M1", _("评估：帮扶措施精准户数"), "户"),
        Measured("GOV-05.P", _("评估核查结对帮扶户数"), "户"),
        Measured("GOV-05.P1", _("评估：结对帮扶落实户数"), "户"),
        Measured("GOV-05.S", _("评估抽查户数"), "户"),
        Measured("GOV-05.S1", _("评估抽查在档户数"), "户"),
        Measured("GOV-05.S2", _("评估抽查已脱困户数"), "户"),
        Measured("GOV-05.S3", _("评估抽查已注销户数"), "户"),
        Measured("GOV-05.S4", _("评估抽查未建档户数"), "户"),
        Measured("GOV-05.W1", _("评估：错评户数"), "户"),
        Measured("GOV-05.W2", _("评估：错退户数"), "户"),
        Measured("GOV-05.W4", _("评估：漏评户数"), "户"),
        Measured("NET-01.B", _("建网之初帮扶站点数"), "个"),
    )
}
"""Indicators of the catalogue that no app declares: they come from paper until one does."""


def measured(code: str) -> Measured:
    """Return how an indicator is called and measured.

    Raises:
        UnknownIndicator: neither an app nor the catalogue knows the code.
    """
    try:
        declared = indicator(code)
    except UnknownIndicator:
        if code not in ON_PAPER:
            raise
        return ON_PAPER[code]
    return Measured(code, declared.name, declared.unit, is_declared=True)
