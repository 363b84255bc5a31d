"""Pages of pairing, below ``/s/<code>/pairing/``."""

from django.urls import path

from tenant_apps.pairing.views import board, duties, pairings, people, rounds

app_name = "pairing"

urlpatterns = [
    path("", board.board, name="board"),
    path("assign/", board.assign, name="assign"),
    path("pairings/", pairings.pairing_list, name="pairings"),
    path("pairings/new/<uuid:file_id>/", pairings.new_pairing, name="new-pairing"),
    path("pairings/<uuid:pairing_id>/", pairings.pairing_page, name="pairing"),
    path("pairings/<uuid:pairing_id>/<slug:action>/", pairings.pairing_step, name="pairing-step"),
    path("visits/", duties.duty_list, name="duties"),
    path("visits/plan/", duties.plan, name="plan"),
    path("visits/cancel/", duties.cancel, name="cancel"),
    path("visits/<uuid:duty_id>/", duties.duty_page, name="duty"),
    path("visits/<uuid:duty_id>/record/", duties.record_duty, name="record-duty"),
    path("contacts/new/<uuid:file_id>/", duties.record_contact, name="record-contact"),
    path("contacts/<uuid:contact_id>/", duties.contact_page, name="contact"),
    path("contacts/<uuid:contact_id>/follow-up/", duties.follow_up, name="follow-up"),
    path("contacts/<uuid:contact_id>/withdraw/", duties.withdraw, name="withdraw"),
    path("rounds/", rounds.round_list, name="rounds"),
    path("rounds/new/", rounds.new_round, name="new-round"),
    path("rounds/<uuid:round_id>/", rounds.round_page, name="round"),
    path("rounds/<uuid:round_id>/extend/", rounds.extend, name="extend"),
    path("rounds/<uuid:round_id>/close/", rounds.close, name="close"),
    path("helpers/", people.helper_list, name="helpers"),
    path("helpers/new/", people.helper_form, name="new-helper"),
    path("helpers/<uuid:helper_id>/", people.helper_form, name="helper"),
    path("helpers/<uuid:helper_id>/hand-over/", people.hand_over, name="hand-over"),
    path("helpers/<uuid:helper_id>/phone/", people.helper_phone, name="helper-phone"),
    path("helpers/<uuid:helper_id>/<slug:action>/", people.helper_step, name="helper-step"),
    path("groups/", people.group_list, name="groups"),
    path("students/", people.student_list, name="students"),
    path("health/<uuid:file_id>/", people.health, name="health"),
    path("health/<uuid:file_id>/add/", people.add_health, name="add-health"),
    path(
        "health/<uuid:file_id>/<uuid:check_id>/withdraw/",
        people.withdraw_health,
        name="withdraw-health",
    ),
]
