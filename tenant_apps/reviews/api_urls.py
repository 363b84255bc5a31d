"""Endpoints of reviews, below ``/s/<code>/api/v1/reviews/``."""

from django.urls import path

from tenant_apps.reviews import api

app_name = "reviews_api"

urlpatterns = [
    path("", api.ReviewsView.as_view(), name="reviews"),
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
