"""Addresses of a station's people."""

from django.urls import path

from shared_apps.accounts import api

urlpatterns = [
    path("", api.People.as_view(), name="people"),
    path("me/", api.Oneself.as_view(), name="people-me"),
    path("<int:membership_id>/", api.Member.as_view(), name="people-member"),
    path("<int:membership_id>/end/", api.End.as_view(), name="people-end"),
    path("invitations/", api.Invitations.as_view(), name="people-invitations"),
    path("invitations/<uuid:key>/renew/", api.Renew.as_view(), name="people-renew"),
    path("invitations/<uuid:key>/revoke/", api.Revoke.as_view(), name="people-revoke"),
]
