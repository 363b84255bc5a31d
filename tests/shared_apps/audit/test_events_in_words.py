"""Whoever reads the audit chain reads words, not codes."""

import re
from pathlib import Path

import pytest

from shared_apps.audit.models import AuditRow
from shared_apps.audit.presenting import told_rows
from shared_apps.audit.wording import about_words, act_words
from shared_apps.onboarding.flow import ONBOARDING_FLOW
from tenant_apps.aid.flow import AID_FLOW
from tenant_apps.benefits.flow import CARD_FLOW
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.pairing.flow import PAIRING_FLOW
from tenant_apps.payouts.flow import BATCH_FLOW
from tenant_apps.reports.flow import REPORT_FLOW
from tenant_apps.reviews.flow import REVIEW_FLOW
from tenant_apps.sources.flow import DONATION_FLOW, OUT_FLOW

ROOT = Path(__file__).resolve().parents[3]
EVENT = re.compile(r'\bevent="([a-z-]+\.[a-z_-]+)"')


def events_of_the_source():
    return sorted(
        {
            event
            for folder in ("shared_apps", "tenant_apps", "tenants", "platform/bangfu")
            for path in (ROOT / folder).rglob("*.py")
            for event in EVENT.findall(path.read_text())
        }
    )


def test_every_event_that_the_source_names_has_words():
    events = events_of_the_source()
    assert len(events) > 80
    assert [one for one in events if not about_words(one) or not act_words(one)] == []


def test_every_step_of_a_record_has_words():
    flows = {
        "aid": AID_FLOW,
        "card": CARD_FLOW,
        "donation": DONATION_FLOW,
        "file": FILE_FLOW,
        "onboarding": ONBOARDING_FLOW,
        "pairing": PAIRING_FLOW,
        "payout": BATCH_FLOW,
        "report": REPORT_FLOW,
        "review": REVIEW_FLOW,
        "transfer": OUT_FLOW,
    }
    events = [f"{about}.{action}" for about, flow in flows.items() for action in flow.steps]
    assert [one for one in events if not about_words(one) or not act_words(one)] == []


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("payout.approve", ("发放批次", "主席签批")),
        ("aid.approve", ("帮扶申请", "批准")),
        ("card.issue", ("证卡", "审核发证")),
        ("goods.issue", ("物资", "发放")),
        ("onboarding.letter-again", ("入驻", "重发通知邮件")),
    ],
)
def test_an_event_says_what_it_is_about_and_what_was_done(event, words):
    assert (str(about_words(event)), str(act_words(event))) == words


def test_a_record_may_hold_lists_where_others_hold_a_word():
    data = {key: ["a", {"b": 1}] for key in ("number", "reason", "state", "amount_fen")}
    (told,) = told_rows([AuditRow(event="payout.sign", via="page", data=data)])
    assert told.says == []


@pytest.mark.parametrize(("name", "said"), [("system", ""), ("audit", ""), ("演示数据", "系统")])
def test_a_row_of_the_system_says_once_that_it_was_the_system(name, said):
    (told,) = told_rows([AuditRow(event="audit.anchored", actor_name=name, via="system")])
    assert str(told.via) == said


def test_what_the_demonstration_reports_has_words():
    assert act_words("demo.branch-reported") == "下级站点已上报"


def test_a_code_without_words_is_shown_as_it_is():
    (told,) = told_rows([AuditRow(event="moon.landed", via="page", data={"crew": 3})])
    assert (told.about, told.act, told.says) == ("", "", [])
    assert told.record == '{"crew": 3}'


def test_amounts_are_read_in_yuan_and_nothing_of_the_record_is_lost():
    data = {"amount_fen": 123456, "number": "P20261101-01", "from": "checked", "proxy": True}
    (told,) = told_rows([AuditRow(event="payout.sign", via="api", data=data)])
    assert [(str(label), value) for label, value in told.says] == [
        ("编号", "P20261101-01"),
        ("金额（元）", "1,234.56"),
    ]
    assert str(told.via) == "接口"
    assert all(key in told.record for key in data)
