"""The people of a station, their roles and invitations."""

from typing import cast
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_network
from shared_apps.accounts import selectors
from shared_apps.accounts.forms import InviteForm, RolesForm
from shared_apps.accounts.models import Invitation, Membership
from shared_apps.accounts.roles import Role
from shared_apps.accounts.rules import QUOTA
from shared_apps.accounts.services import invitations, mail, members, signing_in


def people(request: HttpRequest) -> HttpResponse:
    """List the people of the station and who is invited."""
    actor, station = _asker(request, "people.view")
    found = selectors.members_of(station)
    waiting = selectors.open_invitations_of(station)
    bound = selectors.holders_of_second_factor(member.user_id for member in found)
    now = clock.now()
    return render(
        request,
        "accounts/people.html",
        {
            "members": [
                _shown(member.roles, member, bound=member.user_id in bound) for member in found
            ],
            "invitations": [
                _shown(invitation.roles, invitation, late=invitation.expires_at <= now)
                for invitation in waiting
            ],
            "quota": QUOTA[station.level],
            "used": len(found),
            "may_manage": actor.may("people.manage"),
        },
    )


def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    actor, station = _asker(request, "people.manage")
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invitation = invitations.invite(
            station=station, actor=actor, now=clock.now(), **form.cleaned_data
        )
        _announce(request, invitation, station)
        return redirect("accounts:letter", key=invitation.pk)
    return render(request, "accounts/invite.html", {"form": form})


@never_cache
def letter(request: HttpRequest, key: UUID) -> HttpResponse:
    """Print the invitation with its link as a QR code."""
    _actor, station = _asker(request, "people.manage")
    invitation = selectors.get_open_invitation(station, key)
    link = f"{_site(request)}{invitations.path_of(invitation)}"
    return render(
        request,
        "accounts/letter.html",
        {
            "invitation": invitation,
            "roles": role_names(invitation.roles),
            "link": link,
            "qr": segno.make(link, error="m").svg_data_uri(scale=5, border=2),
        },
    )


@require_POST
def renew(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give an invitation a new link and send it again."""
    actor, station = _asker(request, "people.manage")
    invitation = invitations.renew_invitation(
        invitation=selectors.get_open_invitation(station, key), actor=actor, now=clock.now()
    )
    _announce(request, invitation, station)
    return redirect("accounts:letter", key=key)


@require_POST
def revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take an invitation back."""
    actor, station = _asker(request, "people.manage")
    invitations.revoke_invitation(
        invitation=selectors.get_open_invitation(station, key), actor=actor, now=clock.now()
    )
    messages.success(request, _("邀请已撤回，原链接不再有效。"))
    return redirect("accounts:people")


def change_roles(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Give a member other roles."""
    actor, station = _asker(request, "people.manage")
    member = selectors.get_member(station, membership_id)
    form = RolesForm(request.POST or None, initial={"roles": member.roles})
    if request.method == "POST" and form.is_valid():
        members.change_roles(
            membership=member, roles=form.cleaned_data["roles"], actor=actor, now=clock.now()
        )
        messages.success(request, _("%(name)s的岗位已修改。") % {"name": member.user.name})
        return redirect("accounts:people")
    return render(request, "accounts/roles.html", {"form": form, "member": member})


@require_POST
def end(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End a membership."""
    actor, station = _asker(request, "people.manage")
    member = selectors.get_member(station, membership_id)
    members.end_membership(membership=member, actor=actor, now=clock.now())
    messages.success(
        request, _("%(name)s的任职已结束，其登录已全部退出。") % {"name": member.user.name}
    )
    return redirect("accounts:people")


@require_POST
def remove_second_factor(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Take a lost device off a member's account."""
    actor, station = _asker(request, "people.manage")
    member = selectors.get_member(station, membership_id)
    with in_network():
        signing_in.remove_second_factor(user=member.user, actor=actor, now=clock.now())
    messages.success(
        request,
        _("%(name)s的动态口令已解除，下次登录后可重新设置。") % {"name": member.user.name},
    )
    return redirect("accounts:people")


def role_names(roles: list[str]) -> str:
    """Name roles as people read them."""
    return "、".join(str(Role(role).label) for role in roles)


def _shown(
    roles: list[str], row: Invitation | Membership, *, late: bool = False, bound: bool = False
) -> dict[str, object]:
    return {
        "row": row,
        "roles": role_names(roles),
        "late": late,
        "bound": bound,
        "dialog": f"end-{row.pk}",
    }


def _asker(request: HttpRequest, capability: str) -> tuple[Actor, StationRef]:
    actor = cast("Actor", request.actor)  # type: ignore[attr-defined]
    actor.require(capability)
    return actor, cast("StationRef", actor.station)


def _announce(request: HttpRequest, invitation: Invitation, station: StationRef) -> None:
    if mail.send_invitation(invitation, site=_site(request), station_name=station.name):
        messages.success(request, _("邀请已寄到 %(email)s。") % {"email": invitation.email})
    else:
        messages.info(request, _("邀请函已生成，请打印后交给本人，或让其扫码。"))


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
