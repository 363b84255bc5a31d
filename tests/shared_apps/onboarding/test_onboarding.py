"""From an application to an open station: the flow, the codes, what cannot be done."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connections

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.router import OWNER
from shared_apps.accounts.models import Invitation, User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.services import invitations
from shared_apps.onboarding.errors import (
    LinkNotGood,
    ParentNotOpen,
    ReasonMissing,
    StationExists,
    TooManyApplications,
)
from shared_apps.onboarding.models import Application, ApplicationState, Origin
from shared_apps.onboarding.selectors import progress_of_batches
from shared_apps.onboarding.services import applying, deciding, many, opening, writing
from tenants.models import Station, StationState
from tenants.provisioning import WrongParent
from tests.conftest import NOON

ZONE = {
    "name": "塞北管理区总工会困难职工帮扶中心",
    "region_code": "130773",
    "contact_name": "塞主席",
    "contact_email": "chair@saibei.example",
}
COMPLETE = ZONE | {
    "union_uscc": "81130773H02WPUCTFU",
    "founding_paper_no": "张工发〔2026〕1号",
    "liaison_name": "塞联络",
    "windows": ["reception", "legal"],
    "staff": [
        {"name": "塞主席", "role": "administrator"},
        {"name": "塞审核", "role": "reviewer", "phone": "13900000000"},
    ],
}


@pytest.fixture(autouse=True)
def _no_counts():
    cache.clear()


@pytest.fixture
def head(city, person_at):
    return person_at(city, Role.HEAD, name="市站长")


def station_row(ref) -> Station:
    with in_network():
        return Station.objects.get(pk=ref.id)


def apply(parent, said=ZONE, level=None) -> Application:
    with in_network():
        return applying.apply_at_once(parent=station_row(parent), level=level, said=said, now=NOON)


def approve(application, head) -> Application:
    with in_station(head.station):
        return deciding.approve_application(application_id=application.pk, actor=head, now=NOON)


def test_an_application_becomes_a_station_with_its_first_administrator(city, head):
    application = apply(city, COMPLETE)
    assert application.state == ApplicationState.APPLIED
    assert str(application.due_on) == "2026-11-25"
    approve(application, head)
    station = opening.open_approved(application.pk, now=NOON, site="https://bangfu.example")
    assert (station.code, station.state, station.level) == ("130773", StationState.TRIAL, 2)
    with in_network():
        application.refresh_from_db()
        asked = {row.name: row.roles for row in Invitation.objects.filter(station=station)}
    assert application.state == ApplicationState.TRIAL
    assert asked == {"塞主席": ["administrator", "clerk"], "塞审核": ["reviewer"]}
    assert "https://bangfu.example/accounts/invitation/" in mail.outbox[0].body


def test_the_first_administrator_sets_a_password_and_is_in_the_station(city, head, client):
    application = apply(city)
    approve(application, head)
    station = opening.open_approved(application.pk, now=clock.now())
    with in_network():
        link = invitations.path_of(Invitation.objects.get(station=station))
    answer = client.post(
        link,
        {"username": "saibei.admin", "new_password": "mine alone 2026", "again": "mine alone 2026"},
    )
    assert answer["Location"] == "/s/130773/"
    assert client.get("/s/130773/people/").status_code == 200
    assert client.post(link, {}).status_code == 404


def test_opening_twice_opens_one_station(city, head):
    application = apply(city)
    approve(application, head)
    assert opening.open_approved(application.pk, now=NOON) is not None
    assert opening.open_approved(application.pk, now=NOON) is None
    with in_network():
        assert Station.objects.filter(region_code="130773").count() == 1


def test_a_failed_opening_leaves_nothing_behind_and_can_be_repeated(city, head, monkeypatch):
    from django.db import OperationalError

    application = apply(city)
    approve(application, head)
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace")
        before = cursor.fetchone()

    def break_down(*_args, **_kwargs):
        raise OperationalError("the server went away")

    with monkeypatch.context() as patched:
        patched.setattr(opening, "invite", break_down)
        assert opening.open_approved(application.pk, now=NOON) is None
    with in_network():
        application.refresh_from_db()
        assert not Station.objects.filter(region_code="130773").exists()
        assert not Invitation.objects.exists()
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace")
        assert cursor.fetchone() == before
    assert application.state == ApplicationState.PARENT_REVIEW
    assert application.failure
    approve(application, head)
    assert opening.open_approved(application.pk, now=NOON).code == "130773"


def test_a_level_cannot_be_skipped(city):
    with pytest.raises(WrongParent):
        apply(city, ZONE, level=3)


def test_units_stand_directly_under_a_city_only_where_it_takes_them(city, head):
    enterprise = ZONE | {"name": "市直企业", "region_code": "130702"}
    with pytest.raises(WrongParent):
        apply(city, enterprise, level=4)
    with in_network():
        Station.objects.filter(pk=city.id).update(takes_direct_units=True, region_code="130700")
    application = apply(city, enterprise, level=4)
    approve(application, head)
    assert opening.open_approved(application.pk, now=NOON).code == "1307E01"


def test_the_region_must_lie_inside_the_parents(county):
    with pytest.raises(InvalidInput) as refusal:
        apply(county, ZONE | {"region_code": "130702001"})
    assert [problem.field for problem in refusal.value.problems] == ["region_code"]


def test_applying_does_not_reserve_the_code(city, head):
    squatter = apply(city, ZONE | {"contact_name": "占位者", "name": "抢先的站"})
    genuine = apply(city, COMPLETE)
    approve(genuine, head)
    assert opening.open_approved(genuine.pk, now=NOON).code == "130773"
    with pytest.raises(StationExists):
        approve(squatter, head)


def test_two_approved_for_one_region_are_refused_before_either_is_open(city, head):
    first, second = apply(city), apply(city)
    approve(first, head)
    with pytest.raises(StationExists):
        approve(second, head)


def test_enterprises_get_the_next_free_serial(township, person_at):
    head = person_at(township, Role.HEAD)
    codes = []
    for number in range(3):
        application = apply(
            township,
            {
                "name": f"(虚构)第{number}厂工会帮扶点",
                "contact_name": "厂主席",
                "contact_phone": "13900000001",
            },
        )
        approve(application, head)
        codes.append(opening.open_approved(application.pk, now=NOON).code)
    assert codes == ["130705001E02", "130705001E03", "130705001E04"]


@pytest.mark.fault
def test_fifty_are_approved_in_one_batch_and_one_bad_does_not_stop_them(township, person_at):
    head = person_at(township, Role.HEAD)
    keys = [
        apply(
            township,
            {
                "name": f"(虚构)第{number}厂",
                "contact_name": f"人{number}",
                "contact_phone": "13900000001",
            },
        ).pk
        for number in range(50)
    ]
    with in_station(township):
        deciding.reject_application(application_id=keys[7], reason="重复", actor=head, now=NOON)
        answer = deciding.approve_many(application_ids=keys, actor=head, now=NOON)
    assert answer.done == 49
    assert [name for name, _reason in answer.refused] == ["(虚构)第7厂"]
    opened = opening.open_waiting(now=NOON, limit=60)
    with in_network():
        codes = Station.objects.filter(parent_id=township.id).values_list("code", flat=True)
        assert (opened, len(set(codes))) == (49, 50)


def test_a_return_lists_everything_at_once_and_the_applicant_hands_in_again(city, head):
    application = apply(city)
    with in_station(city):
        deciding.return_application(
            application_id=application.pk,
            missing=[{"item": "founding_paper", "note": ""}, {"item": "staff", "note": ""}],
            comment="请补齐",
            actor=head,
            now=NOON,
        )
    with in_network():
        application.refresh_from_db()
        assert application.state == ApplicationState.CORRECTING
        assert str(application.due_on) == "2026-12-04"
        applying.save_draft(application=application, said=COMPLETE)
        applying.submit_application(application=application, now=NOON)
        application.refresh_from_db()
    assert application.state == ApplicationState.APPLIED
    assert [step["action"] for step in application.history] == ["submit", "return", "submit"]


def test_a_return_without_a_word_is_refused(city, head):
    application = apply(city)
    with in_station(city), pytest.raises(ReasonMissing):
        deciding.return_application(
            application_id=application.pk, missing=[], comment=" ", actor=head, now=NOON
        )


def test_an_opened_application_cannot_be_rejected(city, head):
    application = apply(city)
    approve(application, head)
    opening.open_approved(application.pk, now=NOON)
    with in_station(city), pytest.raises(IllegalMove):
        deciding.reject_application(
            application_id=application.pk, reason="晚了", actor=head, now=NOON
        )


def test_a_clerk_of_the_parent_may_not_decide(city, person_at):
    application = apply(city)
    clerk = person_at(city, Role.CLERK)
    with in_station(city), pytest.raises(NotPermitted):
        deciding.approve_application(application_id=application.pk, actor=clerk, now=NOON)


def test_an_application_to_another_parent_looks_absent(city, county, person_at):
    application = apply(city)
    neighbour = person_at(county, Role.HEAD)
    with in_station(county), pytest.raises(NotFound):
        deciding.approve_application(application_id=application.pk, actor=neighbour, now=NOON)


def test_a_suspended_parent_takes_no_applications(city):
    with in_network():
        Station.objects.filter(pk=city.id).update(state=StationState.SUSPENDED)
    with pytest.raises(ParentNotOpen):
        apply(city)


def test_the_link_of_one_application_does_not_open_another(city):
    first, second = apply(city), apply(city, COMPLETE)
    with pytest.raises(LinkNotGood):
        applying.application_behind(second.pk, applying.secret_of(first), now=NOON)


def test_too_many_applications_of_one_contact_are_refused():
    for _number in range(10):
        applying.allow_one_more(address="198.51.100.7", contact="same@example.org")
    with pytest.raises(TooManyApplications):
        applying.allow_one_more(address="198.51.100.8", contact="same@example.org")


def test_a_credit_code_of_no_union_is_named_at_its_field(city):
    with pytest.raises(InvalidInput) as refusal:
        apply(city, ZONE | {"union_uscc": "81130773H02WPUCTFX"})
    assert refusal.value.problems[0].field == "union_uscc"


def test_a_parent_invites_many_and_each_has_its_own_link(county, person_at):
    administrator = person_at(county, Role.ADMINISTRATOR)
    lines = [
        many.Line(
            row=number,
            name=f"第{number}站",
            region_code="130705002",
            contact_name=f"人{number}",
            contact_email=f"p{number}@example.org",
        )
        for number in range(1, 21)
    ]
    with in_station(county):
        batch = many.invite_stations(
            parent=station_row(county), lines=lines, title="首批", actor=administrator, now=NOON
        )
    assert writing.send_owed(site="https://bangfu.example") == 20
    assert writing.send_owed(site="https://bangfu.example") == 0
    with in_network():
        links = {applying.path_of(row) for row in Application.objects.filter(batch=batch)}
    assert len(links) == 20


def test_an_import_opens_parents_before_children(on_network, person_at, city):
    administrator = person_at(city, Role.ADMINISTRATOR)
    network = type(administrator)(
        user_id=administrator.user_id, name="管理员", capabilities=frozenset({"network.manage"})
    )
    lines = [
        many.Line(
            row=2,
            code="130773501",
            name="榆树沟站",
            level=3,
            parent_code="130773",
            region_code="130773501",
        ),
        many.Line(
            row=3, code="130773", name="塞北", level=2, parent_code="1307", region_code="130773"
        ),
    ]
    batch = many.import_stations(lines=lines, title="补开", actor=network, now=NOON)
    assert opening.open_waiting(now=NOON, limit=10) == 1
    assert opening.open_waiting(now=NOON, limit=10) == 1
    assert (
        batch.applications.filter(state=ApplicationState.TRIAL, origin=Origin.IMPORT).count() == 2
    )
    assert Station.objects.get(code="130773501").parent.code == "130773"


def test_the_progress_of_an_import_is_counted_from_its_stations(on_network, city):
    network = Actor(user_id=None, name="管理员", capabilities=frozenset({"network.manage"}))
    lines = [
        many.Line(
            row=number,
            code=f"13070500200{number}",
            name=f"站{number}",
            level=4,
            parent_code="130705001",
            region_code="130705001",
        )
        for number in range(2, 6)
    ]
    many.import_stations(lines=lines, title="补开", actor=network, now=NOON)
    assert opening.open_waiting(now=NOON, limit=3) == 3
    (progress,) = progress_of_batches()
    assert (progress.opened, progress.percent, progress.running) == (3, 75, True)


def test_an_import_names_the_row_and_the_remedy(on_network, city):
    lines = [
        many.Line(
            row=2, code="130705", name="重复", level=2, parent_code="1307", region_code="130705"
        ),
        many.Line(
            row=3, code="999", name="孤儿", level=3, parent_code="998", region_code="130773501"
        ),
    ]
    preview = many.preview_import(lines)
    assert [(problem.row, problem.code) for problem in preview.problems] == [
        (2, "code-taken"),
        (3, "parent-missing"),
    ]


def test_an_invited_person_with_an_account_joins_with_it(city, head, client, township, person_at):
    existing = person_at(township, Role.CLERK, password="correct horse 7")
    application = apply(city)
    approve(application, head)
    station = opening.open_approved(application.pk, now=clock.now())
    with in_network():
        link = invitations.path_of(Invitation.objects.get(station=station))
        client.force_login(
            User.objects.get(pk=existing.user_id),
            backend="django.contrib.auth.backends.ModelBackend",
        )
    assert client.post(link, {"join": "1"})["Location"] == "/s/130773/"
    assert client.get("/s/130773/people/").status_code == 200
