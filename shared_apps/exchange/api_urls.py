"""Endpoints of messages, below ``/s/<code>/api/v1/messages/``."""

from django.urls import path

from shared_apps.exchange import api

app_name = "exchange_api"

urlpatterns = [
    path("", api.MessagesView.as_view(), name="messages"),
    path("<uuid:message_id>/", api.MessageView.as_view(), name="message"),
    path("<uuid:message_id>/replay/", api.ReplayView.as_view(), name="replay"),
    path("<uuid:message_id>/discard/", api.DiscardView.as_view(), name="discard"),
    path("<uuid:message_id>/confirm/", api.ConfirmView.as_view(), name="confirm"),
]
