"""Pages of reviews, below ``/s/<code>/reviews/``."""

from django.urls import path

from tenant_apps.reviews import views

app_name = "reviews"

urlpatterns = [
    path("", views.desk, name="list"),
    path("life/<uuid:review_id>/", views.detail, name="life-detail"),
    path("<uuid:review_id>/", views.detail, name="detail"),
    path("<uuid:review_id>/reveal/<slug:field>/", views.reveal, name="reveal"),
    path("<uuid:review_id>/<slug:action>/", views.step, name="step"),
]
