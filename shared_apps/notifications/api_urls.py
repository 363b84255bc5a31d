"""Endpoints of notifications."""

from django.urls import path

from shared_apps.notifications import api

app_name = "notifications"

urlpatterns = [
    path("", api.NotificationList.as_view(), name="list"),
    path("read-all/", api.AllNotificationsRead.as_view(), name="read-all"),
    path("<int:notification_id>/read/", api.NotificationRead.as_view(), name="read"),
    path("announcements/", api.AnnouncementList.as_view(), name="announcements"),
]
