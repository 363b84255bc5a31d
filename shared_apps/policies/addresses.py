"""The pages of rules: the same inside a station and for the whole network."""

from django.urls import path

from shared_apps.policies import views

PAGES = [
    path("", views.rule_list, name="list"),
    path("changes/", views.change_list, name="changes"),
    path("changes/<uuid:change_id>/", views.change_detail, name="change"),
    path("changes/<uuid:change_id>/progress/", views.change_progress, name="change-progress"),
    path("changes/<uuid:change_id>/undo/", views.undo, name="undo"),
    path("<str:key>/", views.history, name="history"),
    path("<str:key>/new/", views.edit, name="edit"),
    path("<str:key>/<int:rule_id>/withdraw/", views.withdraw, name="withdraw"),
]
