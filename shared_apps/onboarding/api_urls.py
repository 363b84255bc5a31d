"""Endpoints of the station above."""

from django.urls import path

from shared_apps.onboarding import api

urlpatterns = [
    path("", api.ApplicationList.as_view(), name="onboarding-list"),
    path("invite/", api.Invite.as_view(), name="onboarding-invite"),
    path("approve/", api.ApproveMany.as_view(), name="onboarding-approve-many"),
    path("<uuid:key>/", api.ApplicationDetail.as_view(), name="onboarding-application"),
    path("<uuid:key>/accept/", api.Accept.as_view(), name="onboarding-accept"),
    path("<uuid:key>/approve/", api.Approve.as_view(), name="onboarding-approve"),
    path("<uuid:key>/letter/", api.LetterAgain.as_view(), name="onboarding-letter"),
    path("<uuid:key>/return/", api.Return.as_view(), name="onboarding-return"),
    path("<uuid:key>/reject/", api.Reject.as_view(), name="onboarding-reject"),
]
