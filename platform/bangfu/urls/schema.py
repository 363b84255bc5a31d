"""The OpenAPI description of both halves of the API, and its page."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from bangfu.web import openapi

DESCRIBED = "bangfu.urls.described"

__all__ = ["openapi", "urlpatterns"]

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(urlconf=DESCRIBED), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api/docs.html"),
        name="api-docs",
    ),
]
