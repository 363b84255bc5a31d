"""The people of the demo network and how a visitor signs in as one of them."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from bangfu.demo.names import person_name
from bangfu.demo.plan import BRANCH, FIRST, SEED
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import ApiToken, Membership, User
from shared_apps.accounts.roles import Role
from shared_apps.accounts.services.tokens import create_token
from tenants.models import Level, Station

# Shown to whoever may sign in anyway: a demo holds invented data only and cannot run in production.
PASSWORD = "bangfu-demo-2026"  # noqa: S105
NETWORK_USERNAME = "network.admin"
PREFIXES = dict(zip(FIRST, ("city", "xuanhua", "tiantaisi", "wuliu"), strict=True))
ROLES = (
    Role.CLERK,
    Role.REVIEWER,
    Role.HEAD,
    Role.FINANCE,
    Role.SUPERVISOR,
    Role.ADMINISTRATOR,
)
POSTS = {
    Role.CLERK: "经办人",
    Role.REVIEWER: "审核人",
    Role.HEAD: "站长",
    Role.FINANCE: "会计",
    Role.SUPERVISOR: "经审委员",
    Role.ADMINISTRATOR: "系统管理员",
}
# These and the townships of the branch, which pay money, have somebody for every role; at every other station
# three people keep the roles apart that must be apart.
FEW = {
    Role.CLERK: (Role.CLERK,),
    Role.REVIEWER: (Role.REVIEWER,),
    Role.HEAD: (Role.HEAD, Role.ADMINISTRATOR),
}
TOKEN_NAME = "demo"  # noqa: S105
TOKENS_FILE = "demo-tokens.json"
_hashed: list[str] = []


def staff_station(station: Station, *, now: datetime) -> None:
    """Give a station its people; safe to repeat. Two statements."""
    with in_network(), transaction.atomic():
        if Membership.objects.filter(station=station).exists():
            return
        parts = {role: (role,) for role in ROLES} if _has_all_roles(station) else FEW
        chance = Random(f"{SEED}:people:{station.code}")  # noqa: S311
        users = User.objects.bulk_create(
            User(
                username=username_of(station.code, role),
                password=_password(),
                name=person_name(chance, sex=chance.choice((1, 2))),
                email=f"{username_of(station.code, role)}@demo.example",
            )
            for role in parts
        )
        Membership.objects.bulk_create(
            Membership(
                user=user,
                station=station,
                roles=sorted(roles),
                began_at=now,
                post=POSTS[role],
                is_full_time=chance.random() < 0.6,
                is_liaison=role == Role.CLERK,
            )
            for user, (role, roles) in zip(users, parts.items(), strict=True)
        )


def _has_all_roles(station: Station) -> bool:
    is_township = station.level == Level.TOWNSHIP and station.code.startswith(BRANCH)
    return is_township or station.code in PREFIXES


def make_network_administrator() -> None:
    """Make the one who runs the network; safe to repeat."""
    with in_network():
        User.objects.get_or_create(
            username=NETWORK_USERNAME,
            defaults={
                "password": _password(),
                "name": "网络管理员",
                "email": f"{NETWORK_USERNAME}@demo.example",
                "is_network_administrator": True,
            },
        )


def username_of(code: str, role: str) -> str:
    """Return the sign-in name of a role at a station."""
    return f"{PREFIXES.get(code, code)}.{'admin' if role == Role.ADMINISTRATOR else role}"


def write_sign_ins(path: Path, *, now: datetime) -> None:
    """Write who can sign in, and fresh tokens beside it; the tokens written before become worthless."""
    stations = _first_stations()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_table(stations, path.parent / TOKENS_FILE), encoding="utf-8")
    tokens = _make_tokens(stations, now=now)
    target = path.parent / TOKENS_FILE
    target.touch(mode=0o600)
    target.write_text(json.dumps(tokens, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def add_tokens(station: Station, *, folder: Path, now: datetime) -> None:
    """Write tokens of one more station beside the others in ``folder``, under each of its codes."""
    target = folder / TOKENS_FILE
    if not target.exists():
        return
    tokens = json.loads(target.read_text(encoding="utf-8"))
    made = _tokens_of(station, now=now)
    tokens |= dict.fromkeys([station.code, *station.other_codes], made)
    target.write_text(json.dumps(tokens, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _make_tokens(stations: Sequence[Station], *, now: datetime) -> dict[str, dict[str, str]]:
    tokens: dict[str, dict[str, str]] = {"network": {}}
    with in_network(), transaction.atomic():
        ApiToken.objects.filter(name=TOKEN_NAME).delete()
        user = User.objects.get(username=NETWORK_USERNAME)
        actor = Actor.system("demo")
        tokens["network"]["admin"] = create_token(
            user=user, actor=actor, name=TOKEN_NAME, lifetime=None, now=now
        )[1]
    for station in stations:
        tokens[station.code] = _tokens_of(station, now=now)
    return tokens


def _tokens_of(station: Station, *, now: datetime) -> dict[str, str]:
    names = {username_of(station.code, role): role for role in ROLES}
    with in_network():
        users = {
            names[user.username]: user for user in User.objects.filter(username__in=list(names))
        }
    with in_station(station.ref), transaction.atomic():
        return {
            role: create_token(
                user=user,
                actor=Actor.system("demo", station=station.ref),
                name=TOKEN_NAME,
                lifetime=None,
                now=now,
            )[1]
            for role, user in users.items()
        }


def _first_stations() -> list[Station]:
    with in_network():
        return list(Station.objects.filter(code__in=FIRST).order_by("level"))


def _table(stations: Sequence[Station], tokens: Path) -> str:
    lines = [
        f"Password of every demo sign-in: {PASSWORD}",
        "",
        f"{'network':<14}{NETWORK_USERNAME}",
    ]
    for station in stations:
        names = "  ".join(username_of(station.code, role) for role in ROLES)
        lines.append(f"{station.code:<14}{names}")
    lines += [
        f"townships     <code>.clerk  .reviewer  .head  .finance  .supervisor  .admin, e.g. {BRANCH}002.clerk",
        "elsewhere     <code>.clerk  <code>.reviewer  <code>.head",
        "",
        f"API tokens, by station and role: {tokens}",
        "",
    ]
    return "\n".join(lines)


def _password() -> str:
    # One hash for all: a demo has thousands of people, and hashing is slow on purpose.
    if not _hashed:
        _hashed.append(make_password(PASSWORD))
    return _hashed[0]
