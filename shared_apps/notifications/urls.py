"""Pages of notifications."""

from django.urls import path

from shared_apps.notifications import views

app_name = "notifications"

urlpatterns = [
    path("", views.list_notifications, name="list"),
    path("read-all/", views.read_all, name="read-all"),
    path("<int:notification_id>/", views.open_notification, name="open"),
]
