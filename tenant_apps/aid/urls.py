"""Pages of aid, below ``/s/<code>/aid/``."""

from django.urls import path

from tenant_apps.aid.views import applications, asked, campaigns

app_name = "aid"

urlpatterns = [
    path("", applications.application_list, name="applications"),
    path("new/person/", applications.new_person, name="new-person"),
    path("new/<uuid:file_id>/", applications.new_application, name="new-application"),
    path("asked/<uuid:application_id>/", asked.asked, name="asked"),
    path("asked/<uuid:application_id>/decide/", asked.decide, name="decide-asked"),
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/new/", campaigns.new_campaign, name="new-campaign"),
    path("campaigns/<uuid:campaign_id>/", campaigns.campaign, name="campaign"),
    path("campaigns/<uuid:campaign_id>/person/", campaigns.new_person, name="campaign-person"),
    path("campaigns/<uuid:campaign_id>/<slug:action>/", campaigns.act, name="campaign-act"),
    path("<uuid:application_id>/", applications.application, name="application"),
    path("<uuid:application_id>/change/", applications.change_application, name="change"),
    path("<uuid:application_id>/reveal/<slug:field>/", applications.reveal, name="reveal"),
    path("<uuid:application_id>/<slug:action>/", applications.act, name="act"),
]
