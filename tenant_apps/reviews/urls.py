"""Pages of reviews, below ``/s/<code>/reviews/``."""

from django.urls import path

from tenant_apps.reviews import views
from tenant_apps.reviews.life import request_views as requests
from tenant_apps.reviews.life import views as life

app_name = "reviews"

urlpatterns = [
    path("", views.desk, name="list"),
    path("many/<slug:action>/", views.take_many, name="many"),
    path("assign/", views.assign_chosen, name="assign"),
    path("means/", views.checks, name="means"),
    path("means/send/", views.send_list, name="means-send"),
    path("means/answers/", views.take_in, name="means-answers"),
    path("means/lists/<uuid:batch_id>/", views.batch, name="means-batch"),
    path("means/lists/<uuid:batch_id>/workbook/", views.batch_list, name="means-workbook"),
    path("means/<uuid:check_id>/answer/", views.note_answer, name="means-answer"),
    path("means/<uuid:check_id>/settle/<uuid:item_id>/", views.settle, name="means-settle"),
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/new/", views.meeting_new, name="meeting-new"),
    path("meetings/<uuid:meeting_id>/", views.meeting, name="meeting"),
    path("life/", life.life_list, name="life"),
    path("life/many/", life.life_many, name="life-many"),
    path("life/exits/", requests.exit_requests, name="exit-requests"),
    path("life/exits/new/", requests.exit_ask, name="exit-ask"),
    path("life/exits/<uuid:request_id>/withdraw/", requests.exit_withdraw, name="exit-withdraw"),
    path("life/<uuid:review_id>/", life.life_detail, name="life-detail"),
    path("life/<uuid:review_id>/<slug:action>/", life.life_step, name="life-step"),
    path("<uuid:review_id>/", views.detail, name="detail"),
    path("<uuid:review_id>/reveal/<slug:field>/", views.reveal, name="reveal"),
    path("<uuid:review_id>/<slug:action>/", views.step, name="step"),
]
