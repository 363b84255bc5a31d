"""What people type on the form is found in the lists, and what is stored can be shown."""

import pytest
from django.utils import translation

from shared_apps.catalogues.codes import CODE_LISTS

FORM = {
    "tier": "深度困难 相对困难 意外致困",
    "id_type": "居民身份证 港澳台居民居住证 护照 其他",
    "sex": "男 女",
    "political": "中共党员 中共预备党员 共青团员 民主党派 无党派人士 群众",
    "marital": "未婚 已婚 丧偶 离异 未说明",
    "hukou": "城镇(非农业) 农村(农业) 农转居",
    "emp_kind": "国家机关 事业单位 国有企业 集体企业 私营企业 外商及港澳台投资企业 "
    "个体工商户 社会组织 灵活就业无单位 其他",
    "emp_state": "正常生产 半停产 停产 改制重组 关闭破产 欠薪欠保 已注销 不适用",
    "identity": "在职职工 困难农民工 下(待)岗职工 失业人员 退休人员 离休人员 病休 内退 "
    "学生 学龄前儿童 无劳动能力 灵活就业 新就业形态劳动者 务农 其他",
    "work_state": "在岗 下(待)岗 失(无)业 退休 离休 病休 内退 不适用",
    "model_title": "非劳模 全国劳模 省部级劳模 地市级劳模 其他",
    "health": "健康或良好 一般或较弱 慢性病 重大疾病 残疾 多病共存",
    "disability": "无 视力 听力 言语 肢体 智力 精神 多重",
    "disability_grade": "无 一级 二级 三级 四级",
    "insurance": "职工医保 居民医保 公费医疗 商业保险 未参保",
    "education": "研究生 大学本科 大学专科 中等职业 普通高中 初中 小学 文盲或半文盲 学龄前",
    "relation": "本人 配偶 儿子 女儿 父亲 母亲 公婆或岳父母 祖父母或外祖父母 孙子女或外孙子女 兄弟姐妹 其他亲属 非亲属",
    "housing_kind": "自购商品房 经济适用/限价房 房改房 自建房 承租单位公房 公租房/廉租房 市场租房 借住 无房 其他",
    "need": "生活救助 医疗救助 子女助学 就业岗位 技能培训 创业借款 法律援助 住房保障 低保申请 社保接续 心理疏导 其他",
    "job_wish": "有就业愿望 有创业愿望 有培训愿望 暂无 无劳动能力",
    "yes_no": "是 否",
}
CAUSES_ON_FORM = (
    "01 无劳动能力",
    "02 有劳动能力而未就业",
    "03 下岗失业",
    "04 未参加社会保险",
    "05 社会保险待遇落实不到位",
    "06 患重特大疾病",
    "07 遭受自然灾害",
    "08 遭受意外事故",
    "09 子女上学",
    "10 企业停产半停产(欠薪)",
    "11 单亲收入低",
    "12 残疾",
    "99 其他",
)


@pytest.mark.parametrize("name", list(FORM))
def test_the_drop_down_of_the_form_is_the_list_in_its_order(name: str) -> None:
    assert [code.label for code in CODE_LISTS[name] if code.on_form] == FORM[name].split()


@pytest.mark.parametrize("typed", CAUSES_ON_FORM)
def test_a_cause_is_found_by_number_and_wording_together(typed: str) -> None:
    found = CODE_LISTS["cause"].find(typed)
    assert found is not None
    assert found.value == typed[:2]


@pytest.mark.parametrize("typed", ["城镇(非农业)", "城镇 (非农业) ", "非农业", "urban"])
def test_full_width_blanks_and_older_wordings_mean_the_same_code(typed: str) -> None:
    found = CODE_LISTS["hukou"].find(typed)
    assert found is not None
    assert found.value == "urban"


def test_an_unknown_wording_is_not_found() -> None:
    assert CODE_LISTS["insurance"].find("有医保") is None


def test_there_are_fifty_six_ethnic_groups_and_two_further_values() -> None:
    assert len(CODE_LISTS["ethnic"]) == 58
    assert CODE_LISTS["ethnic"].label("11") == "满族"


@pytest.mark.parametrize("name", sorted(CODE_LISTS))
def test_values_and_labels_are_unique_and_every_code_has_an_english_label(name: str) -> None:
    codes = list(CODE_LISTS[name])
    assert len({code.value for code in codes}) == len(codes)
    assert len({code.label for code in codes}) == len(codes)
    assert all(code.english.isprintable() and code.english for code in codes)


@pytest.mark.parametrize("name", sorted(CODE_LISTS))
def test_no_wording_means_two_codes(name: str) -> None:
    for code in CODE_LISTS[name]:
        assert CODE_LISTS[name].find(code.label) == code
        assert all(CODE_LISTS[name].find(alias) == code for alias in code.aliases)


def test_labels_follow_the_readers_language() -> None:
    with translation.override("en"):
        assert CODE_LISTS["tier"].label("1") == "Deep hardship"
    with translation.override("zh-hans"):
        assert CODE_LISTS["tier"].label("1") == "深度困难"
