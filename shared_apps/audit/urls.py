"""Pages of the audit chain."""

from django.urls import path

from shared_apps.audit import views

app_name = "audit"

urlpatterns = [
    path("", views.audit_list, name="list"),
    path("prove/", views.prove, name="prove"),
]
