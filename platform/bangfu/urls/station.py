"""Addresses inside a station; the middleware has taken ``/s/<code>`` off the path."""

from django.urls import include, path

from bangfu.urls.composition import STATION_API, STATION_PAGES, included

urlpatterns = [
    path("api/v1/", include((included(STATION_API, "api_urls"), "api"))),
    *included(STATION_PAGES, "urls"),
]

handler400 = "bangfu.web.problems.bad_request"
handler404 = "bangfu.web.problems.no_such_page"
handler500 = "bangfu.web.problems.fault"
