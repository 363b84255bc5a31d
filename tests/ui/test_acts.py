"""What refused an act is told on the next page, all of it, and what was written is not lost."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, Problem
from bangfu.ui.acts import tell_refusal


@pytest.fixture
def asked(rf):
    request = rf.post("/", {"reason": "评估回访，请尽快"})
    request._messages = CookieStorage(request)
    return request


def told(request):
    return [str(one) for one in get_messages(request)]


def test_every_problem_of_a_refusal_is_told_and_the_words_are_kept(asked):
    problems = [
        Problem(code="E1", message="请写明理由。"),
        Problem(code="E2", message="没有这一项。"),
    ]
    tell_refusal(asked, InvalidInput(problems))
    assert told(asked)[:2] == ["请写明理由。", "没有这一项。"]
    assert "评估回访，请尽快" in told(asked)[2]


def test_a_refusal_without_a_list_tells_its_one_sentence(asked):
    tell_refusal(asked, IllegalMove("已作废。"))
    assert told(asked)[0] == "已作废。"


def test_what_is_out_of_sight_stays_absent(asked):
    with pytest.raises(NotFound):
        tell_refusal(asked, NotFound())
    assert told(asked) == []
