"""The kit page alone."""

from django.urls import include, path

urlpatterns = [
    path("", include("bangfu.ui.network_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
