"""A change of rules moves files between tiers: seen before, listed, confirmed, undone."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import verify
from shared_apps.policies.changes import (
    NotUndoable,
    Preview,
    changes_in_sight,
    get_change,
    parts_of,
    preview_change,
    start_due_changes,
    undo_change,
    work_on_change,
)
from shared_apps.policies.models import ChangeState, TierChange
from shared_apps.policies.services import lay_down_rule
from tenant_apps.casework.models import Clock, Event, Todo
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.facts import facts_of_station
from tenant_apps.households.happenings import FileStep, Happening, listen
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdVersion,
    RetierItem,
    RetierState,
)
from tenant_apps.households.services import open_draft, record_version, retiering
from tenant_apps.households.services.retiering import (
    NothingToConfirm,
    ask_to_confirm,
    confirm_asked,
    confirm_retiers,
    drop_from_list,
    waiting_items,
)
from tests.support.databases import NOON
from tests.support.scenes import Cast, scene

TODAY = date(2026, 11, 20)
SOON = TODAY + timedelta(days=30)
LATER = NOON + timedelta(days=30)
NETWORK = Actor(
    user_id=1, name="网络管理员", capabilities=frozenset({"network.manage", "policy.manage"})
)
# Net per head and month at which each file of a station stands, in fen; the line is 800.00 yuan.
NETS = (50_000, 85_000, 95_000, 155_000, 165_000)


def file_on_file(station: StationRef, net_month_fen: int) -> HouseholdFile:
    """One household of one person on file, without a number: nothing but its economy matters."""
    clerk = Actor.system("录入", station=station)
    draft = HouseholdDraft(
        name="试户主",
        living_together=1,
        persons=1,
        inc_wages_fen=12 * net_month_fen,
        main_cause="99",
        file_level="5",
        file_kind="urban",
    )
    file = open_draft(draft, actor=clerk, now=NOON).file
    file.state = FileState.ON_FILE
    file.tier = file.tier or "2"
    file.id_no_hash = file.pk.bytes
    file.file_no = f"{station.code}{net_month_fen}"
    file.save()
    record_version(file=file, event="approved", actor=clerk, now=NOON)
    return file


@scene
def files(cast: Cast) -> list[HouseholdFile]:
    """The files of a township, one at each net income."""
    township = cast.station("130705001")
    with in_station(township):
        return [file_on_file(township, net) for net in NETS]


@pytest.fixture
def lay_line(county: StationRef, county_head: Actor) -> Callable[..., None]:
    def lay(fen: int, *, valid_from: date = SOON) -> None:
        with in_station(county):
            lay_down_rule(
                key="income.line",
                value=fen,
                valid_from=valid_from,
                source="低保标准调整",
                document_no="宣民发〔2026〕9号",
                station=county,
                actor=county_head,
                now=NOON,
            )

    return lay


@pytest.fixture
def listed(files, lay_line) -> TierChange:
    """The line rose to 900 yuan and the work lists were made: 850 goes deep, 1,650 becomes relative."""
    lay_line(90_000)
    (change,) = start_due_changes(now=LATER)
    assert work_on_change(change.pk, now=LATER)
    with in_network():
        change.refresh_from_db()
    return change


def seen(county: StationRef, actor: Actor, fen: int) -> Preview:
    with in_station(county):
        return preview_change(
            values={"income.line": fen}, station=county, valid_from=SOON, actor=actor
        )


def tiers(files: list[HouseholdFile]) -> list[str]:
    for file in files:
        file.refresh_from_db()
    return [file.tier for file in files]


def facts_by_tier() -> dict[str, int]:
    found: dict[str, int] = {}
    for fact in facts_of_station():
        if fact.indicator == "FIL-01":
            tier = str(fact.dims["tier"])
            found[tier] = found.get(tier, 0) + fact.n
    return {tier: count for tier, count in found.items() if count}


@pytest.mark.parametrize(
    ("fen", "moves"),
    [
        (80_000, {}),
        (80_100, {}),
        (90_000, {("2", "1"): 1}),
        (100_000, {("2", "1"): 2}),
        (50_000, {("1", "2"): 1, ("2", ""): 1}),
        (40_000, {("1", "2"): 1, ("2", ""): 3}),
    ],
)
def test_a_preview_counts_the_files_that_would_move_from_tier_to_tier(
    files, county, county_head, fen: int, moves: dict[tuple[str, str], int]
) -> None:
    preview = seen(county, county_head, fen)
    assert dict(preview.moves) == moves


def test_a_preview_changes_nothing(files, county, county_head, township) -> None:
    seen(county, county_head, 100_000)
    with in_station(township):
        assert tiers(files) == ["1", "2", "2", "2", "2"]
    with in_network():
        assert not TierChange.objects.exists()


def test_a_preview_tells_numbers_by_station_and_no_names(
    files, county, county_head, township
) -> None:
    (part,) = seen(county, county_head, 100_000).stations
    assert part.station == township
    assert part.files == 2
    assert "试户主" not in repr(part)


def test_a_preview_asks_one_query_of_each_station(
    files, county, county_head, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(6):
        seen(county, county_head, 100_000)


def test_a_preview_stays_inside_the_subtree(files, other_county, person_at) -> None:
    head = person_at(other_county, Role.HEAD)
    assert seen(other_county, head, 100_000).files == 0


def test_a_preview_of_a_rule_that_moves_no_tier_is_refused(county, county_head) -> None:
    with in_station(county), pytest.raises(InvalidInput):
        preview_change(
            values={"notice.working_days": 7}, station=county, valid_from=SOON, actor=county_head
        )


def test_a_clerk_sees_no_preview(county, clerk) -> None:
    with in_station(county), pytest.raises(NotPermitted):
        preview_change(values={"income.line": 1}, station=county, valid_from=SOON, actor=clerk)


def test_nothing_begins_before_the_rule_is_in_force(files, lay_line) -> None:
    lay_line(90_000)
    assert start_due_changes(now=NOON) == []
    assert len(start_due_changes(now=LATER)) == 1
    assert start_due_changes(now=LATER) == []


def test_a_rule_that_moves_no_tier_begins_no_recomputation(county, county_head) -> None:
    with in_station(county):
        lay_down_rule(
            key="notice.working_days",
            value=7,
            valid_from=TODAY,
            source="公示办法",
            document_no="无文号",
            station=county,
            actor=county_head,
            now=NOON,
        )
    assert start_due_changes(now=LATER) == []


def test_files_are_listed_and_none_is_changed(listed, files, township) -> None:
    assert listed.state == ChangeState.LISTED
    with in_station(township):
        assert tiers(files) == ["1", "2", "2", "2", "2"]
        assert [(one.tier_before, one.tier_after) for one in waiting_items()] == [("2", "1")]


def test_the_list_is_one_thing_to_do_with_one_deadline(listed, township) -> None:
    with in_station(township):
        todo = Todo.objects.get(kind="file.retier", closed_at__isnull=True)
        assert todo.headline == "档次待重算：1 户"
        assert todo.capability == "file.review"
        assert Clock.objects.get(kind="retier").working_days == 10


def test_listing_again_lists_nothing_twice(listed, township) -> None:
    with in_network():
        listed.state = ChangeState.LISTING
        listed.save()
        listed.stations.update(done=False)
    work_on_change(listed.pk, now=LATER)
    with in_station(township):
        assert RetierItem.objects.count() == 1


def test_a_worker_killed_half_way_goes_on_with_the_stations_that_are_left(
    listed, township, county
) -> None:
    with in_network():
        listed.state = ChangeState.LISTING
        listed.save()
        listed.stations.filter(station_id=county.id).update(done=False)
    assert work_on_change(listed.pk, now=LATER)
    with in_network():
        progress, _parts = parts_of(TierChange.objects.get(), station=None)
    assert (progress.done, progress.percent) == (3, 100)


def test_the_parent_sees_counts_of_each_station_and_tier(listed, county, township) -> None:
    progress, parts = parts_of(listed, station=county)
    assert (progress.files, progress.confirmed) == (1, 0)
    assert [(part.station_id, part.moves) for part in parts] == [(township.id, {"2>1": 1})]


def test_a_reviewer_confirms_and_tier_version_facts_and_audit_follow(
    listed, files, township, reviewer
) -> None:
    heard: list[Happening] = []

    def hear(happening: Happening, *, actor: Actor, now: object) -> None:
        heard.append(happening)

    listen(FileStep.TIER_CHANGED, hear)
    with in_station(township):
        assert facts_by_tier() == {"1": 1, "2": 4}
        item = waiting_items().get()
        assert confirm_retiers([item.pk], actor=reviewer, now=LATER) == 1
        file = files[1]
        file.refresh_from_db()
        assert (file.tier, file.computation["line_fen"]) == ("1", 90_000)
        assert facts_by_tier() == {"1": 2, "2": 3}
        version = HouseholdVersion.objects.filter(file=file).latest("number")
        assert (version.event, version.made_by) == ("retiered", reviewer.name)
        row = AuditRow.objects.get(event="file.retiered")
        assert (row.data["before"], row.data["after"]) == ("2", "1")
        assert any(one.startswith("income.line@1#") for one in row.data["rules"])
        assert Event.objects.get(action="retiered").rules == row.data["rules"]
        assert not Todo.objects.filter(kind="file.retier", closed_at__isnull=True).exists()
        assert Clock.objects.get(kind="retier").stopped_at is not None
    assert [(one.data["before"], one.data["after"]) for one in heard] == [("2", "1")]
    progress, _parts = parts_of(listed, station=None)
    assert progress.confirmed == 1


def test_a_clerk_confirms_nothing(listed, township, clerk) -> None:
    with in_station(township):
        item = waiting_items().get()
        with pytest.raises(NotPermitted):
            confirm_retiers([item.pk], actor=clerk, now=LATER)
        with pytest.raises(NotPermitted):
            ask_to_confirm(None, actor=clerk, now=LATER)


def test_two_reviewers_at_once_the_second_is_told(listed, township, reviewer) -> None:
    with in_station(township):
        item = waiting_items().get()
        confirm_retiers([item.pk], actor=reviewer, now=LATER)
        with pytest.raises(NothingToConfirm):
            confirm_retiers([item.pk], actor=reviewer, now=LATER)


def test_many_are_confirmed_by_a_worker_in_the_name_of_who_asked(
    listed, files, township, reviewer
) -> None:
    with in_station(township):
        assert ask_to_confirm(None, actor=reviewer, now=LATER) == 1
        assert confirm_asked(now=LATER) == 1
        assert confirm_asked(now=LATER) == 0
        assert tiers(files)[1] == "1"
        assert RetierItem.objects.get().decided_by == reviewer.name


class Killed(BaseException):
    """The worker's process ends."""


def test_a_worker_killed_between_goes_on_and_confirms_no_file_twice(
    files, lay_line, township, reviewer, monkeypatch
) -> None:
    lay_line(100_000)
    (change,) = start_due_changes(now=LATER)
    work_on_change(change.pk, now=LATER)
    monkeypatch.setattr(retiering, "_ROUND", 1)
    rounds: list[int] = []

    def dies_in_the_second_round(*args: object) -> None:
        rounds.append(1)
        if len(rounds) == 2:
            raise Killed
        rewrite(*args)

    rewrite = retiering.rewrite
    with in_station(township):
        assert ask_to_confirm(None, actor=reviewer, now=LATER) == 2
        monkeypatch.setattr(retiering, "rewrite", dies_in_the_second_round)
        with pytest.raises(Killed):
            confirm_asked(now=LATER)
        half, _parts = parts_of(change, station=None)
        assert confirm_asked(now=LATER) == 1
        assert tiers(files) == ["1", "1", "1", "2", "2"]
        versions = HouseholdVersion.objects.filter(event="retiered").values_list("file_id")
        assert sorted(versions) == sorted((one.pk,) for one in files[1:3])
        assert AuditRow.objects.filter(event="file.retiered").count() == 2
        assert Event.objects.filter(action="retiered").count() == 2
        assert facts_by_tier() == {"1": 3, "2": 2}
        assert verify(township) is None
    progress, _parts = parts_of(change, station=None)
    assert (half.confirmed, progress.confirmed) == (1, 2)


def test_a_file_that_no_longer_moves_leaves_the_list_as_it_is(
    listed, files, township, reviewer
) -> None:
    with in_station(township):
        HouseholdFile.objects.filter(pk=files[1].pk).update(inc_wages_fen=12 * 95_000)
        item = waiting_items().get()
        assert confirm_retiers([item.pk], actor=reviewer, now=LATER) == 0
        item.refresh_from_db()
        assert item.state == RetierState.SETTLED
        assert tiers(files)[1] == "2"


def test_a_household_that_reaches_no_tier_any_more_keeps_its_own_and_is_to_be_rechecked(
    files, lay_line, township, reviewer
) -> None:
    lay_line(60_000)
    (change,) = start_due_changes(now=LATER)
    work_on_change(change.pk, now=LATER)
    with in_station(township):
        items = [one.pk for one in waiting_items()]
        assert [one.tier_after for one in waiting_items()] == [""]
        assert confirm_retiers(items, actor=reviewer, now=LATER) == 0
        assert tiers(files) == ["1", "2", "2", "2", "2"]
        wanted = Todo.objects.filter(kind="file.recheck_wanted").values_list(
            "subject_id", flat=True
        )
        assert list(wanted) == [files[3].pk]


def test_a_recheck_takes_the_file_off_the_list(listed, files, township, reviewer) -> None:
    with in_station(township):
        drop_from_list(files[1], actor=reviewer, now=LATER)
        assert not waiting_items().exists()
        assert not Todo.objects.filter(kind="file.retier", closed_at__isnull=True).exists()


def test_a_change_as_a_whole_is_undone(
    listed, files, county, township, county_head, reviewer
) -> None:
    with in_station(township):
        confirm_retiers([waiting_items().get().pk], actor=reviewer, now=LATER)
    with in_station(county):
        undo_change(listed.pk, reason="标准有误", station=county, actor=county_head, now=LATER)
    assert work_on_change(listed.pk, now=LATER)
    progress, _parts = parts_of(get_change(listed.pk, station=county), station=county)
    assert (progress.returned, progress.kept, progress.percent) == (1, 0, 100)
    with in_station(township):
        assert tiers(files) == ["1", "2", "2", "2", "2"]
        assert files[1].computation["line_fen"] == 80_000
        assert facts_by_tier() == {"1": 1, "2": 4}
        version = HouseholdVersion.objects.filter(file=files[1]).latest("number")
        assert (version.event, version.reason) == ("retier_undone", "标准有误")
        confirmed, undone = (
            set(Event.objects.get(action=action).rules) for action in ("retiered", "retier_undone")
        )
        assert undone
        assert undone != confirmed
        assert RetierItem.objects.get().state == RetierState.UNDONE


def test_what_nobody_confirmed_leaves_the_list_with_the_undo(
    listed, files, county, township, county_head
) -> None:
    with in_station(county):
        undo_change(listed.pk, reason="标准有误", station=county, actor=county_head, now=LATER)
    work_on_change(listed.pk, now=LATER)
    with in_station(township):
        assert RetierItem.objects.get().state == RetierState.WITHDRAWN
        assert not Todo.objects.filter(kind="file.retier", closed_at__isnull=True).exists()


def test_a_file_changed_since_is_not_touched_by_the_undo(
    listed, files, county, township, county_head, reviewer
) -> None:
    with in_station(township):
        confirm_retiers([waiting_items().get().pk], actor=reviewer, now=LATER)
        HouseholdFile.objects.filter(pk=files[1].pk).update(lock_version=99)
    with in_station(county):
        undo_change(listed.pk, reason="标准有误", station=county, actor=county_head, now=LATER)
    work_on_change(listed.pk, now=LATER)
    progress, _parts = parts_of(listed, station=None)
    assert (progress.returned, progress.kept) == (0, 1)
    with in_station(township):
        assert tiers(files)[1] == "1"
        assert RetierItem.objects.get().state == RetierState.KEPT


def test_a_change_is_undone_once_and_with_a_reason(listed, county, county_head) -> None:
    with in_station(county):
        with pytest.raises(InvalidInput):
            undo_change(listed.pk, reason=" ", station=county, actor=county_head, now=LATER)
        undo_change(listed.pk, reason="标准有误", station=county, actor=county_head, now=LATER)
        with pytest.raises(NotUndoable):
            undo_change(listed.pk, reason="标准有误", station=county, actor=county_head, now=LATER)


def test_a_change_is_undone_by_who_laid_the_rule_down_only(
    listed, township, county, city, county_reviewer, person_at
) -> None:
    for station, actor in (
        (township, person_at(township, Role.HEAD)),
        (city, person_at(city, Role.HEAD)),
        (county, county_reviewer),
    ):
        with in_station(station), pytest.raises(NotPermitted):
            undo_change(listed.pk, reason="标准有误", station=station, actor=actor, now=LATER)


def test_a_change_of_another_county_looks_absent(listed, other_county, county) -> None:
    with pytest.raises(NotFound):
        get_change(listed.pk, station=other_county)
    assert changes_in_sight(station=other_county) == []
    assert [one.pk for one in changes_in_sight(station=county)] == [listed.pk]


def test_a_later_change_takes_the_place_of_an_earlier_one(listed, lay_line, township) -> None:
    lay_line(100_000, valid_from=SOON)
    (later,) = start_due_changes(now=LATER)
    work_on_change(later.pk, now=LATER)
    with in_station(township):
        open_items = {one.change_id: one.tier_after for one in waiting_items()}
    assert later.pk in open_items


def test_changes_of_two_parts_of_the_network_are_worked_on_apart(files, lay_line, county) -> None:
    lay_line(90_000)
    with in_network():
        lay_down_rule(
            key="income.operator",
            value="<=",
            valid_from=SOON,
            source="认定办法",
            document_no="无文号",
            actor=NETWORK,
            now=NOON,
        )
    begun = start_due_changes(now=LATER)
    assert [one.scope_path for one in begun] == ["", county.path]
