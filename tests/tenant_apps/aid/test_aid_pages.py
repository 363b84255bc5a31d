"""The pages of aid, and what each person finds on them."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.kernel.tenancy import in_station
from shared_apps.exchange import relay
from shared_apps.programmes.services import call_campaign, lay_down_programme
from tenant_apps.aid import services
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.selectors import Search, applications
from tenant_apps.documents.papers import aid_approval
from tests.support.pdf_text import read_pdf
from tests.tenant_apps.aid.walking import Walk

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def base(desk):
    return f"/s/{desk.station.code}/aid/"


@pytest.fixture
def walk(desk):
    return Walk(desk)


@pytest.fixture
def campaign(desk):
    return call_campaign(
        kind="two_festivals", name="两节送温暖", programme="festival", station=desk.station,
        opens_on=date(2026, 1, 1), closes_on=date(2030, 1, 1), amount_fen=80_000,
        groups=["front_line"], actor=desk.head, now=desk.now,
    )  # fmt: skip


def test_the_list_shows_applications_and_finds_one_by_name(desk, walk, base, signed_in) -> None:
    row = walk.submitted(desk.household())
    client = signed_in(desk.clerk)
    assert row.number in client.get(base).text
    assert row.number in client.get(base, {"words": row.person_name}).text
    assert row.number not in client.get(base, {"words": "无此人"}).text


def test_a_clerk_applies_from_a_file_and_submits(desk, base, signed_in) -> None:
    file = desk.household()
    client = signed_in(desk.clerk)
    assert client.get(f"{base}new/{file.pk}/").status_code == 200
    answer = client.post(
        f"{base}new/{file.pk}/",
        {"programme": "living", "amount": "2800", "need": "生活困难", "submit": "1"},
    )
    with in_station(desk.station):
        row = Application.objects.get()
    assert answer.url.endswith(f"{row.pk}/")
    assert (row.state, row.amount_fen) == (AidState.SUBMITTED, 280_000)


def test_what_is_missing_is_said_beside_its_field(desk, base, signed_in) -> None:
    file = desk.household()
    answer = signed_in(desk.clerk).post(
        f"{base}new/{file.pk}/", {"programme": "medical", "amount": "2800"}
    )
    assert "请填写事由发生日期" in answer.text


@pytest.mark.fault
def test_every_step_is_taken_on_the_page_by_the_person_whose_part_it_is(
    desk, walk, base, signed_in
) -> None:
    row = walk.submitted(desk.household())
    minutes = {
        "held_on": "2026-11-20", "number": "7号", "members": "王一、李二", "decision": "同意",
    }  # fmt: skip
    for person, action, given in (
        (desk.clerk, "accept", {}),
        (desk.clerk, "check", {}),
        (desk.reviewer, "review", {"fund": str(desk.fiscal.pk), "amount": "2600.00"}),
        (desk.head, "decide", minutes),
        (desk.head, "ratify", minutes),
    ):
        client = signed_in(person)
        page = client.get(f"{base}{row.pk}/")
        assert f"/{action}/" in page.text
        client.post(f"{base}{row.pk}/{action}/", given)
    with in_station(desk.station):
        row.refresh_from_db()
    assert (row.state, row.amount_fen) == (AidState.NOTICE, 260_000)
    text = signed_in(desk.clerk).get(f"{base}{row.pk}/").text
    assert "贰仟陆佰元整" in text
    assert "不超过 12 个月低保标准" in text


def test_a_refusal_says_why(desk, walk, base, signed_in) -> None:
    row = walk.submitted(desk.household(), amount_fen=970_000)
    client = signed_in(desk.clerk)
    client.post(f"{base}{row.pk}/accept/")
    answer = client.post(f"{base}{row.pk}/check/", follow=True)
    assert "申请金额超过可批金额" in answer.text


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        ("", "该类意外损失按损失的比例封顶，请填写损失金额。"),
        ("5000", "不超过损失的 50%：5,000.00 元 × 50% = 2,500.00 元。"),
    ],
)
def test_help_after_a_loss_is_bounded_by_the_share_of_what_was_lost(
    desk, base, signed_in, loss, said
) -> None:
    lay_down_programme(
        key="sudden", name="意外致困救助", aid="sudden", valid_from=desk.today, source="本县办法",
        terms={
            "cycle": "case", "per_time_fen": 500_000, "papers": ["accident"],
            "loss_caps_fen": {"fire": 500_000}, "loss_shares": {"fire": "0.5"},
            "urgent_limit_fen": 0, "own_limits_fen": {"4": 0, "3": 0, "2": 0},
        },
        station=desk.station, actor=desk.head, now=desk.now,
    )  # fmt: skip
    file = desk.household()
    client = signed_in(desk.clerk)
    given = {"programme": "sudden", "amount": "3000", "loss_kind": "fire", "loss": loss}
    client.post(f"{base}new/{file.pk}/", given | {"case_on": "2026-11-19", "submit": "1"})
    with in_station(desk.station):
        row = Application.objects.get()
    client.post(f"{base}{row.pk}/accept/")

    page = client.post(f"{base}{row.pk}/check/", follow=True).text

    assert said in page
    assert ("申请金额超过可批金额" in page) == bool(loss)
    assert ("<dt>损失金额</dt><dd>5,000.00 元</dd>" in page) == bool(loss)
    with in_station(desk.station):
        row.refresh_from_db()
    assert (row.state, row.loss_fen) == (AidState.ELIGIBILITY, 500_000 if loss else None)


def test_card_and_number_are_masked_and_shown_for_a_reason(desk, walk, base, signed_in) -> None:
    row = walk.submitted(desk.household())
    card = row.payee_card.reveal()
    client = signed_in(desk.clerk)
    assert card not in client.get(f"{base}{row.pk}/").text
    address = f"{base}{row.pk}/reveal/card_no/"
    assert "请写明查看理由" in client.post(address).text
    assert card in client.post(address, {"reason": "核对发放"}).text


def test_a_campaign_is_listed_and_handed_in_by_ticking(desk, base, campaign, signed_in) -> None:
    desk.household()
    client = signed_in(desk.clerk)
    page = f"{base}campaigns/{campaign.pk}/"
    client.post(f"{page}propose/")
    with in_station(desk.station):
        row = Application.objects.get()
    client.post(f"{page}amounts/", {f"amount-{row.pk}": "900.00", f"was-{row.pk}": "800.00"})
    client.post(f"{page}hand_in/", {"ids": [str(row.pk)]})
    with in_station(desk.station):
        row.refresh_from_db()
    assert (row.state, row.amount_fen) == (AidState.REVIEWING, 90_000)
    assert row.number in client.get(page, {"tab": "reviewing"}).text
    assert "两节送温暖" in client.get(f"{base}campaigns/").text


def test_a_front_line_worker_is_listed_from_the_form(desk, base, campaign, signed_in) -> None:
    client = signed_in(desk.clerk)
    address = f"{base}campaigns/{campaign.pk}/person/"
    assert client.get(address).status_code == 200
    client.post(
        address,
        {"programme": "festival", "group": "front_line", "name": "周一线", "amount": "800"},
    )
    with in_station(desk.station):
        assert Application.objects.get().group == "front_line"


def test_the_head_calls_a_campaign(desk, base, signed_in) -> None:
    client = signed_in(desk.head)
    assert client.get(f"{base}campaigns/new/").status_code == 200
    answer = client.post(
        f"{base}campaigns/new/",
        {
            "kind": "children_day", "name": "庆六一", "programme": "children", "amount": "84",
            "opens_on": "2026-05-20", "closes_on": "2026-12-31", "under_age": "14",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert "不满 14 周岁" in client.get(answer.url).text


def test_the_station_above_decides_on_its_page(desk, walk, county, person_at, signed_in) -> None:
    row = walk.ratified(desk.household(), amount_fen=900_000)
    relay.deliver_all()
    client = signed_in(person_at(county, "head", name="县负责人"))
    page = f"/s/{county.code}/aid/asked/{row.pk}/"
    assert "9,000.00" in client.get(page).text
    client.post(f"{page}decide/", {"agrees": "yes", "opinion": "同意"})
    relay.deliver_all()
    with in_station(desk.station):
        row.refresh_from_db()
    assert row.state == AidState.NOTICE


def test_whoever_entered_it_sees_no_button_to_review_it(
    desk, walk, base, person_at, signed_in
) -> None:
    both = person_at(desk.station, "clerk", "reviewer", name="一人两岗")
    desk.clerk = both
    row = walk.checked(desk.household())
    assert "/review/" not in signed_in(both).get(f"{base}{row.pk}/").text


def test_urgent_help_is_given_on_the_page(desk, walk, base, signed_in) -> None:
    row = walk.submitted(desk.household(), amount_fen=150_000)
    signed_in(desk.head).post(
        f"{base}{row.pk}/help_at_once/", {"fund": str(desk.fiscal.pk), "reason": "突发重病"}
    )
    with in_station(desk.station):
        row.refresh_from_db()
    assert row.is_urgent
    assert "须在" in signed_in(desk.clerk).get(f"{base}{row.pk}/").text


def test_an_application_of_another_station_is_absent(
    desk, walk, other_county, person_at, signed_in
) -> None:
    row = walk.submitted(desk.household())
    stranger = signed_in(person_at(other_county, "head", name="别县"))
    assert stranger.get(f"/s/{other_county.code}/aid/{row.pk}/").status_code == 404


def test_the_account_is_corrected_and_agreed_to_on_the_page(desk, walk, base, signed_in) -> None:
    row = walk.approved(desk.household())
    services.batch_applications([row.pk], batch="P1", **walk.by("finance"))
    services.note_not_paid(row.pk, "账号不存在", **walk.by("finance"))
    signed_in(desk.clerk).post(
        f"{base}{row.pk}/correct_payee/",
        {"bank": "示例银行", "card_no": "6999990000000010016", "reason": "抄错"},
    )
    signed_in(desk.reviewer).post(f"{base}{row.pk}/agree_to_payee/")
    with in_station(desk.station):
        row.refresh_from_db()
    assert row.payee_state == "sound"


def test_the_approval_form_is_printed_with_the_amount_in_capitals(
    desk, walk, base, signed_in
) -> None:
    row = walk.ratified(desk.household())
    sheet = aid_approval(
        row, programme="生活救助", cycle="2026", basis="", sentences=["不超过 12 个月低保标准。"],
        station_name="示例站",
    )  # fmt: skip
    assert "人民币贰仟捌佰元整" in str(sheet.blocks)
    assert row.payee_card.reveal() not in str(sheet.blocks)
    printed = signed_in(desk.clerk).post(f"/s/{desk.station.code}/documents/aid/{row.pk}/")
    form = read_pdf(printed.content)
    assert "生活救助（第1版" in form.text and "低保标准（每人每月）（第1版）" in form.text
    assert "living@" not in form.text


def test_the_form_of_an_application_in_a_campaign_names_the_campaign(
    desk, walk, base, campaign, signed_in
) -> None:
    row = walk.ratified(desk.household())
    with in_station(desk.station):
        Application.objects.update(campaign_id=campaign.pk, cycle="two_festivals-2026-5777d4d5")
    printed = signed_in(desk.clerk).post(f"/s/{desk.station.code}/documents/aid/{row.pk}/")
    text = read_pdf(printed.content).text
    assert "两节送温暖" in text and "5777d4d5" not in text


def test_the_minutes_of_a_meeting_name_every_application_it_decided_on(
    desk, walk, base, signed_in
) -> None:
    rows = [walk.ratified(desk.household()), walk.ratified(desk.household())]
    address = f"/s/{desk.station.code}/documents/aid/{rows[0].pk}/minutes"
    client = signed_in(desk.clerk)
    assert f"{address}/party/" in client.get(f"{base}{rows[0].pk}/").content.decode()
    printed = client.post(f"{address}/party/")
    minutes = read_pdf(printed.content)
    for words in ("党组会纪要", "党组会〔2026〕4号", "合计大写", *(row.number for row in rows)):
        assert words in minutes.text
    assert rows[0].payee_card.reveal() not in minutes.text
    assert client.post(f"{address}/nobody/").status_code == 422


def copied(row, *, times, **changed) -> None:
    """Enter the same application for so many other people."""
    values = {one.attname: getattr(row, one.attname) for one in Application._meta.concrete_fields}
    del values["id"]
    Application.objects.bulk_create(
        Application(**{**values, **changed, "number": f"N{n}", "household": n.to_bytes(16)})
        for n in range(times)
    )


@pytest.mark.parametrize("query", ["", "state=approved", "aid=living", "words=N"])
def test_a_far_page_of_applications_steps_over_keys(desk, base, signed_in, query) -> None:
    row = desk.approved(desk.household())
    with in_station(desk.station):
        copied(row, times=21)
    client = signed_in(desk.clerk)

    with CaptureQueriesContext(connection) as asked_for:
        shown = client.get(f"{base}?page=2&{query}").text

    (rows,) = [one["sql"] for one in asked_for if "OFFSET 20" in one["sql"]]
    assert rows.index("IN (SELECT") < rows.index("OFFSET 20")
    assert shown.count(f'href="{base}0') in {1, 2}


def test_a_far_page_of_the_list_of_a_campaign_steps_over_keys(
    desk, base, campaign, signed_in
) -> None:
    row = desk.approved(desk.household())
    with in_station(desk.station):
        copied(row, times=21, campaign_id=campaign.pk)
    client = signed_in(desk.clerk)

    with CaptureQueriesContext(connection) as asked_for:
        client.get(f"{base}campaigns/{campaign.pk}/?page=2")

    (rows,) = [one["sql"] for one in asked_for if "OFFSET 20" in one["sql"]]
    assert rows.index("IN (SELECT") < rows.index("OFFSET 20")


@pytest.mark.parametrize(
    "search", [Search(), Search(state="approved"), Search(aid="living", state="paid")]
)
def test_whatever_the_applications_are_narrowed_by_their_keys_come_out_of_one_index(
    desk, search
) -> None:
    (index,) = [one for one in Application._meta.indexes if one.name == "aid_keys"]
    held = {"id", *index.fields, *index.include} - {"-id"}
    with in_station(desk.station):
        found = applications(search, actor=desk.clerk).values("pk").query
    assert {"id", "state"} <= set(re.findall(r'"aid_application"\."(\w+)"', str(found))) <= held
