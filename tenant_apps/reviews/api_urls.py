"""Endpoints of reviews, below ``/s/<code>/api/v1/reviews/``."""

from django.urls import path

from tenant_apps.reviews import api, api_many, api_means
from tenant_apps.reviews.life import api as life
from tenant_apps.reviews.life import request_api as requests

app_name = "reviews_api"

urlpatterns = [
    path("", api.ReviewsView.as_view(), name="reviews"),
    path("many/", api_many.ManyView.as_view(), name="many"),
    path("assign/", api_many.AssignView.as_view(), name="assign"),
    path("meetings/", api_many.MeetingsView.as_view(), name="meetings"),
    path("means-checks/", api_means.ChecksView.as_view(), name="means-checks"),
    path("means-checks/send/", api_means.SendView.as_view(), name="means-send"),
    path("means-checks/answers/", api_means.IntakeView.as_view(), name="means-answers"),
    path("means-checks/<uuid:check_id>/", api_means.CheckView.as_view(), name="means-check"),
    path(
        "means-checks/<uuid:check_id>/answer/", api_means.AnswerView.as_view(), name="means-answer"
    ),
    path(
        "means-checks/<uuid:check_id>/settle/", api_means.SettleView.as_view(), name="means-settle"
    ),
    path("means-lists/", api_means.BatchesView.as_view(), name="means-lists"),
    path(
        "means-lists/<uuid:batch_id>/workbook/",
        api_means.BatchWorkbookView.as_view(),
        name="means-workbook",
    ),
    path(
        "<uuid:review_id>/request-check/",
        api_means.ReviewCheckView.as_view(),
        name="request-check",
    ),
    path(
        "<uuid:review_id>/conclude-check/", api.ConcludeCheckView.as_view(), name="conclude-check"
    ),
    path("<uuid:review_id>/recall-check/", api.RecallCheckView.as_view(), name="recall-check"),
    path("<uuid:review_id>/renew-notice/", api.RenewNoticeView.as_view(), name="renew-notice"),
    path("<uuid:review_id>/urge/", api.UrgeView.as_view(), name="urge"),
    path("<uuid:review_id>/photos/", api.PhotosView.as_view(), name="photos"),
    path("life/", life.LivesView.as_view(), name="lives"),
    path("life/exits/", requests.ExitRequestsView.as_view(), name="exit-requests"),
    path(
        "life/exits/<uuid:request_id>/withdraw/",
        requests.WithdrawExitView.as_view(),
        name="exit-withdraw",
    ),
    path("life/<uuid:review_id>/", life.LifeView.as_view(), name="life"),
    path("life/<uuid:review_id>/continue/", life.ContinueView.as_view(), name="life-continue"),
    path("life/<uuid:review_id>/agree-exit/", life.AgreeExitView.as_view(), name="life-agree-exit"),
    path("life/<uuid:review_id>/return/", life.ReturnLifeView.as_view(), name="life-return"),
    path(
        "life/<uuid:review_id>/answer-objection/",
        life.AnswerView.as_view(),
        name="life-answer-objection",
    ),
    path(
        "life/<uuid:review_id>/confirm-exit/",
        life.ConfirmExitView.as_view(),
        name="life-confirm-exit",
    ),
    path("life/<uuid:review_id>/stop-exit/", life.StopExitView.as_view(), name="life-stop-exit"),
    path("<uuid:review_id>/", api.ReviewView.as_view(), name="review"),
    path("<uuid:review_id>/accept/", api.AcceptView.as_view(), name="accept"),
    path("<uuid:review_id>/forward/", api.ForwardView.as_view(), name="forward"),
    path("<uuid:review_id>/return/", api.ReturnView.as_view(), name="return"),
    path("<uuid:review_id>/confirm-means/", api.ConfirmMeansView.as_view(), name="confirm-means"),
    path(
        "<uuid:review_id>/publish-notice/", api.PublishNoticeView.as_view(), name="publish-notice"
    ),
    path(
        "<uuid:review_id>/answer-objection/",
        api.AnswerObjectionView.as_view(),
        name="answer-objection",
    ),
    path("<uuid:review_id>/approve/", api.ApproveView.as_view(), name="approve"),
    path("<uuid:review_id>/refuse/", api.RefuseView.as_view(), name="refuse"),
]
