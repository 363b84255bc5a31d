"""Pages of the station above."""

from django.urls import path

from shared_apps.onboarding.views import review

app_name = "onboarding"

urlpatterns = [
    path("", review.board, name="board"),
    path("approve/", review.approve_chosen, name="approve-chosen"),
    path("invite/", review.invite, name="invite"),
    path("letters/<uuid:key>/", review.letters, name="letters"),
    path("<uuid:key>/", review.application, name="application"),
    path("<uuid:key>/paper/", review.paper, name="paper"),
    path("<uuid:key>/<slug:action>/", review.act, name="act"),
]
