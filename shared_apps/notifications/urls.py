"""Pages of notifications."""

from django.urls import path

from shared_apps.notifications import views

app_name = "notifications"

urlpatterns = [
    path("", views.list_notifications, name="list"),
    path("read-all/", views.read_all, name="read-all"),
    path("<int:notification_id>/", views.open_notification, name="open"),
    path("announcements/", views.list_announcements, name="announcements"),
    path("announcements/new/", views.publish, name="publish"),
    path("announcements/<int:announcement_id>/", views.show_announcement, name="announcement"),
    path("announcements/<int:announcement_id>/withdraw/", views.withdraw, name="withdraw"),
]
