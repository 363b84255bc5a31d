"""Pages outside the stations: sign-in, one's own account, invitations, who runs the network."""

from django.urls import path

from shared_apps.accounts.views import account, administrators, invitations, sign_in, tokens

app_name = "accounts"

urlpatterns = [
    path("", account.home, name="home"),
    path("accounts/login/", sign_in.sign_in, name="sign-in"),
    path("accounts/logout/", sign_in.sign_out, name="sign-out"),
    path("accounts/second-factor/", sign_in.second_factor, name="second-factor"),
    path(
        "accounts/second-factor/set-up/", account.set_up_second_factor, name="set-up-second-factor"
    ),
    path("accounts/confirm/", sign_in.confirm, name="confirm"),
    path("accounts/", account.account, name="account"),
    path("accounts/password/", account.change_password, name="password"),
    path("accounts/password/forgotten/", account.forgotten, name="forgotten"),
    path("accounts/password/reset/<str:uid>/<str:token>/", account.reset_password, name="reset"),
    path("accounts/invitation/<uuid:key>/<str:secret>/", invitations.accept, name="invitation"),
    path("network/people/", administrators.administrators, name="administrators"),
    path(
        "network/people/<int:user_id>/remove/", administrators.remove, name="remove-administrator"
    ),
    path("network/tokens/", tokens.token_list, name="network-tokens"),
    path("network/tokens/<int:token_id>/revoke/", tokens.revoke, name="revoke-network-token"),
]
