"""Pages of the samples, below ``/s/<code>/surveys/``."""

from django.urls import path

from tenant_apps.surveys import views

app_name = "surveys"

urlpatterns = [
    path("", views.sample_list, name="list"),
    path("new/", views.new_sample, name="new"),
    path("<uuid:sample_id>/", views.sample_page, name="sample"),
    path("<uuid:sample_id>/call-list/", views.call_list, name="call-list"),
    path("<uuid:sample_id>/void/", views.void, name="void"),
    path("<uuid:sample_id>/answer/<uuid:drawn_id>/", views.answer, name="answer"),
]
