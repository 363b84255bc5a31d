"""Pages over all stations, below /network/."""

from django.urls import path

from shared_apps.console import views
from shared_apps.onboarding.views import review

app_name = "console"

urlpatterns = [
    path("", views.network, name="network"),
    path("progress/", views.progress, name="progress"),
    path("clock/", views.advance, name="advance"),
    path("applications/", review.board, name="applications"),
    path("applications/<uuid:key>/", review.application, name="application"),
    path("applications/<uuid:key>/paper/", review.paper, name="paper"),
    path("applications/<uuid:key>/<slug:action>/", review.act, name="act"),
    path("import/", views.import_stations, name="import"),
    path("stations/", views.stations, name="stations"),
    path("stations/<str:code>/", views.station, name="station"),
    path("stations/<str:code>/branch/", views.branch, name="branch"),
    path("stations/<str:code>/<slug:action>/", views.move, name="move"),
]
