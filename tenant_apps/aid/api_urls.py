"""Endpoints of aid, below ``/s/<code>/api/v1/aid/``."""

from django.urls import path

from tenant_apps.aid import api, api_campaigns

app_name = "aid_api"

urlpatterns = [
    path("applications/", api.ApplicationsView.as_view(), name="applications"),
    path("applications/<uuid:application_id>/", api.ApplicationView.as_view(), name="application"),
    path("applications/<uuid:application_id>/reveal/", api.RevealView.as_view(), name="reveal"),
    *(
        path(
            f"applications/<uuid:application_id>/{name.replace('_', '-')}/",
            view.as_view(),
            name=name.replace("_", "-"),
        )
        for name, view in api.STEPS.items()
    ),
    path("asked/<uuid:application_id>/", api.DecideAskedView.as_view(), name="decide-asked"),
    path("campaigns/", api_campaigns.CampaignsView.as_view(), name="campaigns"),
    path(
        "campaigns/<uuid:campaign_id>/progress/",
        api_campaigns.CampaignProgressView.as_view(),
        name="campaign-progress",
    ),
    path(
        "campaigns/<uuid:campaign_id>/chase/",
        api_campaigns.ChaseView.as_view(),
        name="campaign-chase",
    ),
    path(
        "campaigns/<uuid:campaign_id>/nobody/",
        api_campaigns.NobodyFitsView.as_view(),
        name="campaign-nobody",
    ),
    path(
        "campaigns/<uuid:campaign_id>/list/",
        api_campaigns.CampaignListView.as_view(),
        name="campaign-list",
    ),
    path(
        "campaigns/<uuid:campaign_id>/close/",
        api_campaigns.CloseCampaignView.as_view(),
        name="close-campaign",
    ),
    path("list/leave-out/", api_campaigns.LeaveOutView.as_view(), name="leave-out"),
    path("list/hand-in/", api_campaigns.HandInView.as_view(), name="hand-in"),
    path("list/review/", api_campaigns.ReviewManyView.as_view(), name="review-many"),
]
