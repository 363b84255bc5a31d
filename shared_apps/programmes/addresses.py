"""Addresses of the catalogue, the same inside a station and outside."""

from django.urls import path

from shared_apps.programmes import views

PAGES = [
    path("", views.programme_list, name="list"),
    path("new/", views.new_version, name="new"),
    path("versions/<int:programme_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:key>/", views.programme, name="programme"),
    path("<slug:key>/new/", views.new_version, name="new-version"),
]
