"""Addresses outside the stations: sign-in, joining, the network console, the network's API."""

from django.urls import include, path

from bangfu.urls.composition import NETWORK_API, NETWORK_PAGES, included

urlpatterns = [
    *included(NETWORK_PAGES, "network_urls"),
    path("api/v1/", include((included(NETWORK_API, "network_api_urls"), "api"))),
    path("api/", include("bangfu.urls.schema")),
    path("i18n/", include("django.conf.urls.i18n")),
    *included({"bangfu.observability": ""}, "urls"),
]

handler400 = "bangfu.web.problems.bad_request"
handler404 = "bangfu.web.problems.no_such_page"
handler500 = "bangfu.web.problems.fault"
