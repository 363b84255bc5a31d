"""Every endpoint under the address an integrator sees, for the OpenAPI description alone."""

from django.urls import include, path

from bangfu.urls.composition import NETWORK_API, STATION_API, included

urlpatterns = [
    path("api/v1/", include((included(NETWORK_API, "network_api_urls"), "network"))),
    path("s/<str:station>/api/v1/", include((included(STATION_API, "api_urls"), "station"))),
]
