"""Pages of messages over the whole network."""

from django.urls import path

from shared_apps.exchange import views

app_name = "exchange"

urlpatterns = [
    path("", views.message_list, name="list"),
    path("<uuid:message_id>/", views.detail, name="detail"),
    path("<uuid:message_id>/<slug:action>/", views.decide, name="decide"),
]
