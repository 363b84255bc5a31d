"""What a worker does with an application: rules and refusals of the services."""

from datetime import timedelta

import pytest
from django.db import connection

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from tasks.applications import drop_stale
from tenant_apps.applications.errors import NotYoursToChange, SavedElsewhere
from tenant_apps.applications.flow import APPLICATION_FLOW
from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.selectors import answers_of, papers_to_show
from tenant_apps.applications.services import applying, sending
from tenant_apps.applications.steps import STEPS
from tenant_apps.casework.models import Attachment, Clock, Todo
from tests.conftest import NOON
from tests.tenant_apps.applications.applications import (
    ID_NO,
    PICTURE,
    Worker,
    picture,
    said,
    sent,
)


@pytest.fixture
def worker(township):
    return Worker(township, NOON).begin()


def fields(refusal):
    return {problem.field for problem in refusal.value.problems}


def test_a_code_is_kept_as_a_keyed_hash_alone(worker):
    assert len(worker.code.replace("-", "")) == 16
    with in_station(worker.station), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_application")
        kept = repr(cursor.fetchall())
    assert worker.code not in kept
    assert worker.code.replace("-", "") not in kept


def test_what_is_filled_in_rests_sealed_and_is_read_again(worker):
    worker.fill()

    with in_station(worker.station), connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM applications_application")
        [(kept,)] = cursor.fetchall()
        draft = answers_of(worker.row).draft
    assert "柳试".encode() not in bytes(kept)
    assert ID_NO.encode() not in bytes(kept)
    assert draft.id_no == ID_NO
    assert draft.members[0].name == "柳试甲"
    assert (draft.persons, draft.living_together) == (2, 2)


def test_half_a_page_is_kept_and_says_what_is_missing(worker):
    problems = worker.act("save_step", step="who", seen=0, changes={"name": "柳试一"})

    assert "id_no" in {problem.field for problem in problems}
    assert answers_of(worker.row).draft.name == "柳试一"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id_no": "130771197406150128"}, "id_no"),
        ({"mobile": "12345"}, "mobile"),
        ({"name": "柳1"}, "name"),
        ({"residence": "999999999"}, "residence"),
    ],
)
def test_a_wrong_answer_is_told_at_its_field(worker, changes, field):
    problems = worker.act(
        "save_step",
        step="who",
        seen=0,
        changes=said(["name", "id_no", "mobile", "address", "identity"]) | changes,
    )

    assert field in {problem.field for problem in problems}


def test_a_page_saved_in_another_window_is_not_overwritten(worker):
    worker.act("save_step", step="who", seen=0, changes={"name": "柳试一"})

    with pytest.raises(SavedElsewhere):
        worker.act("save_step", step="who", seen=0, changes={"name": "柳试二"})


def test_two_windows_on_different_pages_do_not_disturb_each_other(worker):
    worker.act("save_step", step="who", seen=0, changes={"name": "柳试一"})
    worker.act("save_step", step="money", seen=0, changes={"dibao": False})

    draft = answers_of(worker.row).draft
    assert (draft.name, draft.dibao) == ("柳试一", False)


def test_a_page_changes_only_what_it_asks(worker):
    worker.act("save_step", step="who", seen=0, changes={"tier_applied": "1", "story": "x"})

    draft = answers_of(worker.row).draft
    assert (draft.tier_applied, draft.story) == ("", "")


def test_a_person_of_the_family_is_added_changed_and_taken_off(worker):
    girl = {
        "name": "柳试甲",
        "relation": "30",
        "id_no": "130771200809020241",
        "identity": "student",
        "health": "10",
        "insurance": "resident",
        "income_fen": 0,
        "living_together": True,
    }
    worker.act("save_member", place=None, changes=girl)
    worker.act("save_member", place=0, changes={"name": "柳试乙"})
    assert [one.name for one in answers_of(worker.row).draft.members] == ["柳试乙"]

    worker.act("remove_member", place=0)
    assert answers_of(worker.row).draft.members == []
    with pytest.raises(NotFound):
        worker.act("remove_member", place=0)


def test_the_worker_is_not_added_to_the_family(worker):
    worker.act("save_step", step="who", seen=0, changes={"id_no": ID_NO})

    with pytest.raises(InvalidInput) as refusal:
        worker.act("save_member", place=None, changes={"name": "柳试一", "id_no": ID_NO})
    assert "id_no" in fields(refusal)


@pytest.mark.parametrize(
    "content",
    [b"<html>not a picture</html>", b"MZ" + b"\0" * 64, PICTURE[:-20], b""],
    ids=["page", "program", "cut off", "empty"],
)
def test_a_photo_is_judged_by_its_content(worker, content):
    with pytest.raises(InvalidInput):
        worker.act("add_paper", kind="income", upload=picture(content))
    with in_station(worker.station):
        assert not Attachment.objects.exists()


def test_the_name_of_a_photo_is_not_kept(worker):
    worker.act("add_paper", kind="income", upload=picture())

    with in_station(worker.station):
        assert Attachment.objects.get().name == "收入证明"


def test_saying_that_a_paper_is_not_there_settles_it_until_a_photo_comes(worker):
    worker.act("say_lacking", kind="income", lacks=True)
    assert lacking(worker) == {"income"}

    worker.act("add_paper", kind="income", upload=picture())
    assert lacking(worker) == set()


def test_an_application_is_filled_in_page_by_page(worker):
    for page in STEPS:
        if page.asks:
            changes = said(page.field_names)
            assert worker.act("save_step", step=page.name, seen=0, changes=changes) == []
    worker.act("confirm_family")
    for kind in ("household_book", "id_cards", "income", "diagnosis"):
        worker.act("add_paper", kind=kind, upload=picture())
    with pytest.raises(InvalidInput) as refusal:
        worker.send()
    assert {name.partition(".")[0] for name in fields(refusal)} == {"papers"}

    for name in fields(refusal):
        worker.act("say_lacking", kind=name.partition(".")[2], lacks=True)
    worker.send()
    assert worker.row.state == ApplicationState.SENT


def lacking(worker):
    with in_station(worker.station):
        row = Application.objects.get(pk=worker.key)
        shown = papers_to_show(row, answers_of(row), on=NOON.date())
    return {one.kind for one in shown if one.is_lacking}


def test_nothing_incomplete_is_sent_and_every_gap_is_named(worker):
    with pytest.raises(InvalidInput) as refusal:
        worker.send()

    assert {"name", "id_no", "inc_wages_fen", "story", "papers.household_book"} <= fields(refusal)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"signature": "别人"}, "signature"),
        ({"consents": False}, "consents"),
        ({"authorises": False}, "authorises"),
    ],
)
def test_nothing_is_sent_without_signature_consent_and_authorisation(worker, changes, field):
    worker.fill()

    with pytest.raises(InvalidInput) as refusal:
        worker.send(**changes)
    assert fields(refusal) == {field}


def test_what_is_sent_waits_for_a_clerk_with_a_deadline(township):
    worker = sent(township, NOON)

    assert worker.row.state == ApplicationState.SENT
    draft = answers_of(worker.row).draft
    assert draft.authorised_on == draft.consent_on == draft.applied_on == NOON.date()
    with in_station(township):
        todo = Todo.objects.get(subject_id=worker.key)
        clock = Clock.objects.get(subject_id=worker.key, stopped_at__isnull=True)
    assert todo.capability == "application.work"
    assert todo.link == f"/s/130705001/applications/{worker.key}/"
    assert clock.kind == "first_review"


def test_what_was_sent_is_not_changed_or_sent_again(township):
    worker = sent(township, NOON)

    with pytest.raises(NotYoursToChange):
        worker.act("save_step", step="who", seen=1, changes={"name": "柳试二"})
    with pytest.raises(IllegalMove):
        worker.send()


def test_a_draft_taken_back_disappears(worker):
    worker.fill()
    worker.act("withdraw")

    with in_station(worker.station):
        assert not Application.objects.exists()
        assert not Attachment.objects.filter(removed_at__isnull=True).exists()


def test_a_sent_application_taken_back_keeps_only_that_it_was_there(township):
    worker = sent(township, NOON)
    worker.act("withdraw")

    assert worker.row.state == ApplicationState.WITHDRAWN
    assert answers_of(worker.row).draft.name == ""
    assert worker.row.id_no_hash is None
    with in_station(township):
        assert not Todo.objects.filter(closed_at__isnull=True).exists()
        assert not Clock.objects.filter(stopped_at__isnull=True).exists()


def test_drafts_nobody_touched_for_sixty_days_are_dropped(worker):
    with in_station(worker.station):
        assert sending.drop_stale_drafts(now=NOON + timedelta(days=59)) == 0
        assert sending.drop_stale_drafts(now=NOON + timedelta(days=61)) == 1
        assert not Application.objects.exists()


def test_a_worker_of_the_network_drops_them(worker, monkeypatch):
    later = NOON.astimezone(clock.LOCAL) + timedelta(days=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    drop_stale()

    with in_station(worker.station):
        assert not Application.objects.exists()


def test_the_audit_chain_never_names_the_applicant(township):
    sent(township, NOON)

    with in_station(township):
        rows = AuditRow.objects.filter(subject_kind="application")
        told = repr([(row.actor_name, row.data) for row in rows])
    assert "申请人" in told
    assert "柳试" not in told
    assert ID_NO not in told


def test_people_of_the_station_do_not_fill_in_for_the_worker(worker, clerk):
    with in_station(worker.station), pytest.raises(NotPermitted):
        applying.save_step(
            worker.key, step="who", seen=0, changes={"name": "x"}, actor=clerk, now=NOON
        )


@pytest.mark.parametrize("action", sorted(APPLICATION_FLOW.steps))
def test_no_step_starts_where_it_may_not(action):
    step = APPLICATION_FLOW.steps[action]
    actor = Actor(user_id=1, name="x", capabilities=frozenset({step.capability}))

    for state in set(ApplicationState.values) - step.sources:
        with pytest.raises(IllegalMove):
            APPLICATION_FLOW.advance(action, state=state, actor=actor)
