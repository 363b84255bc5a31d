"""Pages of the audit chain of the network."""

from django.urls import path

from shared_apps.audit import views

app_name = "audit"

urlpatterns = [
    path("", views.audit_list, name="list"),
    path("prove/", views.prove, name="prove"),
    path("keys/", views.keys, name="keys"),
]
