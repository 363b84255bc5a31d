"""Endpoints of pairing, below ``/s/<code>/api/v1/pairing/``."""

from django.urls import path

from tenant_apps.pairing import api, api_visits

app_name = "pairing_api"

urlpatterns = [
    path("coverage/", api.CoverageView.as_view(), name="coverage"),
    path("assign/", api.AssignView.as_view(), name="assign"),
    path("helpers/", api.HelpersView.as_view(), name="helpers"),
    path("helpers/<uuid:helper_id>/", api.HelperView.as_view(), name="helper"),
    path("helpers/<uuid:helper_id>/hand-over/", api.HandOverView.as_view(), name="hand-over"),
    path("helpers/<uuid:helper_id>/phone/", api.HelperPhoneView.as_view(), name="helper-phone"),
    path(
        "helpers/<uuid:helper_id>/<slug:action>/", api.HelperStepView.as_view(), name="helper-step"
    ),
    path("pairings/", api.PairingsView.as_view(), name="pairings"),
    path("pairings/<uuid:pairing_id>/", api.PairingView.as_view(), name="pairing"),
    path(
        "pairings/<uuid:pairing_id>/<slug:action>/",
        api.PairingStepView.as_view(),
        name="pairing-step",
    ),
    path("visits/", api_visits.DutiesView.as_view(), name="duties"),
    path("visits/plan/", api_visits.PlanView.as_view(), name="plan"),
    path("visits/cancel/", api_visits.CancelView.as_view(), name="cancel"),
    path("visits/<uuid:duty_id>/", api_visits.DutyView.as_view(), name="duty"),
    path("contacts/", api_visits.ContactsView.as_view(), name="contacts"),
    path("contacts/<uuid:contact_id>/", api_visits.ContactView.as_view(), name="contact"),
    path(
        "contacts/<uuid:contact_id>/follow-up/",
        api_visits.FollowUpView.as_view(),
        name="follow-up",
    ),
    path(
        "contacts/<uuid:contact_id>/withdraw/", api_visits.WithdrawView.as_view(), name="withdraw"
    ),
    path("rounds/", api_visits.RoundsView.as_view(), name="rounds"),
    path("rounds/<uuid:round_id>/", api_visits.RoundView.as_view(), name="round"),
    path("rounds/<uuid:round_id>/extend/", api_visits.ExtendView.as_view(), name="extend"),
    path("rounds/<uuid:round_id>/close/", api_visits.CloseView.as_view(), name="close"),
    path("groups/", api.GroupsView.as_view(), name="groups"),
    path("students/", api.StudentsView.as_view(), name="students"),
    path("health/<uuid:file_id>/look/", api.HealthView.as_view(), name="health"),
    path("health/<uuid:file_id>/", api.HealthChecksView.as_view(), name="health-checks"),
    path(
        "health/checks/<uuid:check_id>/withdraw/",
        api.HealthWithdrawView.as_view(),
        name="health-withdraw",
    ),
]
