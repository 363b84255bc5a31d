"""A county and its first township join, and three households travel from a form to the city's total."""

import re

import pytest

from bangfu.kernel.identity import check_uscc
from tests.e2e.people import OWN_PASSWORD
from tests.e2e.workbook import NAMES, fill_template, network_day

pytestmark = [pytest.mark.browser, pytest.mark.fault]

CITY, COUNTY, TOWNSHIP = "1307", "130773", "130773501"
COUNTY_NAME = "塞北管理区总工会困难职工帮扶中心"
TOWNSHIP_NAME = "榆树沟管理处职工帮扶站"
COUNTY_USCC = "81130773H02WPUCTFU"
LACKING = {"key_group": "5", "mood": "worried", "self_reliant": "yes", "own_income": "1000"}
TICKED = {"batch_measures": "4", "needs6": "living"}


@pytest.mark.usefixtures("furnished")
def test_three_households_of_a_new_township_arrive_in_the_total_of_the_city(
    visitor, tmp_path, picture
):
    head_of_city = visitor().sign_in("city.head")
    before = on_file(head_of_city)

    county = join_and_open(
        visitor,
        head_of_city,
        parent=CITY,
        form={"level": 2, "county": COUNTY},
        name=COUNTY_NAME,
        staff={"赵试核": "reviewer", "陈试站": "head"},
        uscc=COUNTY_USCC,
        username="saibei",
    )
    township = join_and_open(
        visitor,
        county["陈试站"],
        parent=COUNTY,
        form={"level": 3, "county": COUNTY, "township": TOWNSHIP},
        name=TOWNSHIP_NAME,
        staff={"李试审": "reviewer"},
        username="yushugou",
    )
    clerk, reviewer = township["林试联"], township["李试审"]

    import_households(clerk, tmp_path, picture)
    files = [complete_and_submit(clerk, name) for name in NAMES]
    picture(clerk, "file")
    for file in files:
        visit_and_report(reviewer, file)
    for name in NAMES:
        publish(county["赵试核"], name, picture)
    let_the_notices_end(visitor().sign_in("network.admin"))
    approve_all(county["陈试站"])

    head_of_city.sign_in("city.head")
    head_of_city.until(lambda person: on_file(person) == before + 3, "/s/1307/", "the three files")
    drill_down_to_the_township(head_of_city)
    numbers_stand_at_their_own_station(clerk, files)
    reconciliation_finds_nothing_at_the_newcomers(head_of_city)


def on_file(person):
    """The city's FIL-01 of this month, as its dashboard shows it."""
    person.go("/s/1307/rollup/?indicator=FIL-01&by=child")
    return int(person.text(".answer-value b").replace(",", ""))


def join_and_open(visitor, parent_person, *, parent, form, name, staff, username, uscc=""):
    """Apply on the public page, let the parent approve, accept the invitations; people by name."""
    applicant = visitor()
    query = "&".join(f"{key}={value}" for key, value in {"city": CITY, **form}.items())
    applicant.go(f"/join/?{query}")
    applicant.follow(applicant.page.get_by_role("link", name="开始填写"))
    people = {
        f"staff{number}_{part}": value
        for number, (person, role) in enumerate(staff.items(), start=1)
        for part, value in (("name", person), ("phone", f"1990000110{number}"), ("role", role))
    }
    if uscc:
        check_uscc(uscc)
        people["union_uscc"] = uscc
    applicant.fill(
        name=name,
        union_name=name.replace("困难职工帮扶中心", "").replace("职工帮扶站", "总工会"),
        address="演示路1号",
        founding_paper_no="演示工发〔2026〕1号",
        contact_name="林试联",
        contact_phone="19900001001",
        contact_email=f"{username}@demo.example",
        liaison_name="林试联",
        liaison_phone="19900001001",
        **people,
    )
    applicant.page.locator("[name=windows]").first.check()
    applicant.press("提交申请")

    parent_person.go(f"/s/{parent}/onboarding/")
    row = parent_person.page.locator("tr", has_text=name)
    parent_person.follow(row.get_by_role("link", name="查看"))
    parent_person.confirm("批准开通", "approve")
    parent_person.until_read("站点人员邀请", parent_person.page.url)
    cards = parent_person.page.locator(".three > .panel").all()
    links = {card.locator("b").inner_text(): card.locator("code").inner_text() for card in cards}
    return {
        person: accept_invitation(visitor(), link, f"{username}{number}")
        for number, (person, link) in enumerate(links.items(), start=1)
    }


def accept_invitation(person, link, username):
    person.go(link)
    person.fill(username=username, new_password=OWN_PASSWORD, again=OWN_PASSWORD)
    person.press("设置并进入")
    assert "欢迎加入" in person.text("body")
    person.username = username
    return person


def import_households(clerk, folder, picture):
    """Download the station's template, fill it, upload it, look at the preview, confirm."""
    clerk.go(f"/s/{TOWNSHIP}/files/import/")
    with clerk.downloading() as download:
        clerk.page.get_by_role("link", name="下载模板").first.click()
    template, filled = folder / "template.xlsx", folder / "三户家庭.xlsx"
    download.value.save_as(template)
    fill_template(template, filled, station_code=TOWNSHIP, today=network_day(), seed=1)

    clerk.page.locator("input[type=file]").set_input_files(filled)
    clerk.press("上传并校验")
    clerk.until(lambda person: "确认导入" in person.text(), clerk.page.url, "the preview")
    picture(clerk, "import")
    clerk.confirm("确认导入", "confirm-import")
    clerk.until(
        lambda person: all(name in person.text() for name in NAMES),
        f"/s/{TOWNSHIP}/files/",
        "the three drafts",
    )


def complete_and_submit(clerk, name):
    """Fill in what the form did not ask, register the papers seen, submit; the file's number."""
    clerk.go(f"/s/{TOWNSHIP}/files/")
    clerk.follow(clerk.page.locator("tr", has_text=name).get_by_role("link", name="编辑"))
    clerk.fill(inside="#file-form", consent_on=network_day().isoformat(), **LACKING)
    for field, value in TICKED.items():
        clerk.page.locator(f"#file-form [name={field}][value='{value}']").check()
    clerk.press("保存草稿")
    address = clerk.page.url.removesuffix("change/")
    clerk.go(address)
    clerk.page.locator("[data-dialog=papers-seen]").click()
    for paper in clerk.page.locator("dialog#papers-seen [name=kinds]").all():
        paper.check()
    with clerk.page.expect_navigation():
        clerk.page.locator("dialog#papers-seen button[type=submit]").click()
    assert "提交前还要补齐" not in clerk.text(), clerk.text("#missing")
    assert "5/5" in clerk.text("#clears")
    clerk.confirm("提交", "submit")
    assert "已提交" in clerk.text("#head")
    return re.search(rf"{TOWNSHIP}\d{{8}}", clerk.text("#head"))[0], address


def visit_and_report(reviewer, file):
    """Accept the file, send two visitors, write down what they found, report it upward."""
    _number, address = file
    reviewer.go(address)
    reviewer.confirm("受理", "accept")
    reviewer.confirm("安排入户", "arrange_visit")
    reviewer.follow(reviewer.page.get_by_role("link", name="登记入户核查"))
    reviewer.fill(
        second_visitor="孙试访", findings="住房和收入与填报一致，邻里证实。", agrees="yes"
    )
    reviewer.press("保存")
    reviewer.confirm("上报", "report", opinion="经入户核查，情况属实，同意上报。")
    assert "中心审核" in reviewer.text("#head")


def publish(county_reviewer, name, picture):
    """Accept what came up, note the means check, publish the notice."""
    desk = f"/s/{COUNTY}/reviews/"
    county_reviewer.until_read(name, desk)
    county_reviewer.follow(
        county_reviewer.page.locator("tr", has_text=name).get_by_role("link").first
    )
    if name == NAMES[0]:
        picture(county_reviewer, "review")
    county_reviewer.confirm("受理", "accept", opinion="材料齐全，予以受理。")
    county_reviewer.confirm(
        "线下核对结果登记",
        "confirm_means",
        fits="yes",
        checked_on=network_day().isoformat(),
        unit="塞北管理区民政局",
    )
    county_reviewer.confirm("发布公示", "publish_notice", reason="家庭收入低于标准，生活困难。")
    assert "公示中" in county_reviewer.text("#head")


def let_the_notices_end(administrator):
    """Let the network run two weeks ahead from its console."""
    for _week in range(2):
        administrator.go("/network/")
        administrator.press("推进 7 天")


def approve_all(county_head):
    """Approve each file whose notice has ended."""
    county_head.sign_in(county_head.username, OWN_PASSWORD)
    for name in NAMES:
        row = county_head.page.locator("tr", has_text=name).filter(has_text="待审批")
        county_head.until(
            lambda _person, row=row: row.count() == 1,
            f"/s/{COUNTY}/reviews/",
            f"the end of the notice of {name}",
        )
        county_head.follow(row.get_by_role("link").first)
        county_head.confirm("审批通过", "approve", opinion="同意建档。")
        assert "已建档" in county_head.text("#head")


def drill_down_to_the_township(head_of_city):
    on_file(head_of_city)
    head_of_city.follow(head_of_city.page.locator("a.tile", has_text="塞北"))
    head_of_city.page.locator("#parts-table tr", has_text="榆树沟").wait_for()
    row = head_of_city.page.locator("#parts-table tr", has_text="榆树沟")
    assert row.locator("td.n").first.inner_text() == "3"


def numbers_stand_at_their_own_station(clerk, files):
    clerk.sign_in(clerk.username, OWN_PASSWORD)
    clerk.go(f"/s/{TOWNSHIP}/rollup/?indicator=FIL-01")
    clerk.follow(clerk.page.get_by_role("link", name="查看本级档案"))
    for number, _address in files:
        assert number in clerk.text()


def reconciliation_finds_nothing_at_the_newcomers(head_of_city):
    head_of_city.go("/s/1307/breaks/")
    head_of_city.press("立即核对")
    head_of_city.until_read("最近核对", "/s/1307/breaks/")
    assert "塞北" not in head_of_city.text("#list")
    assert "榆树沟" not in head_of_city.text("#list")
