"""The OpenAPI description of both halves of the API, and its page."""

from django.urls import path
from drf_spectacular.views import (
    SpectacularAPIView,
    SpectacularRedocView,
    SpectacularSwaggerSplitView,
)

DESCRIBED = "bangfu.urls.described"

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(urlconf=DESCRIBED), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    path("redoc/", SpectacularRedocView.as_view(url_name="schema"), name="api-redoc"),
]
