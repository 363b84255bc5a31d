"""Pages of a station about its people."""

from django.urls import path

from shared_apps.accounts.views import people, tokens

app_name = "accounts"

urlpatterns = [
    path("", people.people, name="people"),
    path("invite/", people.invite, name="invite"),
    path("invitations/<uuid:key>/letter/", people.letter, name="letter"),
    path("invitations/<uuid:key>/renew/", people.renew, name="renew"),
    path("invitations/<uuid:key>/revoke/", people.revoke, name="revoke"),
    path("<int:membership_id>/roles/", people.change_roles, name="roles"),
    path("<int:membership_id>/end/", people.end, name="end"),
    path(
        "<int:membership_id>/second-factor/",
        people.remove_second_factor,
        name="remove-second-factor",
    ),
    path("tokens/", tokens.token_list, name="tokens"),
    path("tokens/<int:token_id>/revoke/", tokens.revoke, name="revoke-token"),
]
