import json

import pytest

from bangfu.observability.scrub import REMOVED, scrub, scrub_event, scrub_log, scrub_text

ID = "130771198803150017"
OLD_ID = "130771880315001"
CARD = "6999021234567890123"
PHONE = "13912345678"
SECRETS = (ID, OLD_ID, CARD, PHONE, "张帮扶", "tok_4f9a8b7c6d5e4f3a2b1c", "糖尿病")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"户主 {ID} 已登记", "户主 [id] 已登记"),
        ("13077119880315001x", "[id]"),
        (f"old {OLD_ID}.", "old [id]."),
        (f"card {CARD}", "card [card]"),
        ("card 6999 0212 3456 7890 123", "card [card]"),
        ("card 6999-0212-3456-7890", "card [card]"),
        (f"call {PHONE}", "call [phone]"),
        ("call +86 139-1234-5678", "call [phone]"),
        ("call 0313-2016666", "call [phone]"),
        ("to wang@example.org now", "to [email] now"),
        ("Authorization: Token 9f8e7d6c5b4a", "Authorization: Token [token]"),
        ("redis://:pa55word@127.0.0.1:6379/0", "redis://:[password]@127.0.0.1:6379/0"),
        ("postgresql://bangfu:pa55@db/bangfu", "postgresql://bangfu:[password]@db/bangfu"),
        ("GET /s/1307/files/?q=张帮扶", "GET /s/1307/files/?[query]"),
        ("GET /join/3fA9xk2Lm8Qp0Zr7Vb4Ty6/", "GET /join/[token]/"),
    ],
)
def test_what_looks_personal_or_secret_is_taken_out_of_texts(text, expected):
    assert scrub_text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "/s/130705001/files/019aa5b0-7c1e-7d33-9a51-130771198803/",
        "message 7b0c6f1e-13ab-5d2f-8c4d-6222021234567890 applied",
        "2026-11-21T07:48:38.123456Z",
        "667 stations, 30000 files, 12.50 ms",
        "/srv/bangfu/platform/bangfu/kernel/tenancy/context.py line 120",
    ],
)
def test_what_operators_search_by_stays(text):
    assert scrub_text(text) == text


def test_values_under_telling_names_go_whole_at_any_depth():
    scrubbed = scrub(
        {
            "file": {
                "head_name": "张帮扶",
                "illness": "糖尿病",
                "members": [{"姓名": "张帮扶"}],
                "n": 3,
            },
            "password": "x",
            "phone": "",
        }
    )

    assert scrubbed == {
        "file": {"head_name": REMOVED, "illness": REMOVED, "members": [{"姓名": REMOVED}], "n": 3},
        "password": REMOVED,
        "phone": "",
    }


def test_numbers_are_looked_at_like_texts():
    assert scrub({"a": int(ID), "b": int(PHONE), "c": 1307}) == {
        "a": "[id]",
        "b": "[phone]",
        "c": 1307,
    }


def test_an_event_for_sentry_carries_nothing_of_the_person():
    event = {
        "message": f"could not import {ID}",
        "request": {
            "method": "POST",
            "url": "http://127.0.0.1:8000/join/3fA9xk2Lm8Qp0Zr7Vb4Ty6/",
            "data": {"name": "张帮扶", "id_no": ID},
            "cookies": {"bangfu_session": "tok_4f9a8b7c6d5e4f3a2b1c"},
            "query_string": "q=张帮扶",
            "headers": {"Authorization": "Token tok_4f9a8b7c6d5e4f3a2b1c", "User-Agent": "Firefox"},
            "env": {"REMOTE_ADDR": "10.0.0.1"},
        },
        "user": {"id": 7, "username": "zhang", "email": "z@example.org", "ip_address": "10.0.0.1"},
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": f"card {CARD} of {PHONE}",
                    "stacktrace": {
                        "frames": [
                            {"filename": "services.py", "lineno": 3, "vars": {"who": "张帮扶"}}
                        ]
                    },
                }
            ]
        },
        "breadcrumbs": {"values": [{"message": f"id {OLD_ID}", "data": {"illness": "糖尿病"}}]},
        "contexts": {"celery-job": {"args": ["张帮扶"]}, "runtime": {"name": "CPython"}},
        "extra": {"head_name": "张帮扶"},
    }

    sent = json.dumps(scrub_event(event), ensure_ascii=False)

    assert [secret for secret in SECRETS if secret in sent] == []
    assert "10.0.0.1" not in sent
    assert '"filename": "services.py"' in sent
    assert '"name": "CPython"' in sent
    assert '"user": {"id": 7}' in sent


def test_a_line_of_the_log_is_scrubbed_too():
    line = scrub_log(
        None, "info", {"event": "request_finished", "request": f"GET /files/?q={ID}", "id_no": ID}
    )

    assert line == {"event": "request_finished", "request": "GET /files/?[query]", "id_no": REMOVED}
