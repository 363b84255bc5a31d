"""Which stations the demo network has, which come first, and how many households each holds."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from tenants.models import Level

DATA_FILE = Path(__file__).parent / "data" / "zjk_network.csv"
SEED = 20261121
# How many households are on file, by the size of the demo.
HOUSEHOLDS = {"full": 119, "small": 119, "tiny": 40}
# Left out, so that a visitor can take a county and its townships through onboarding.
LEFT_OUT = "130773"
BRANCH = "130705"
# One station a level, with a sign-in for every role.
FIRST = ("1307", BRANCH, f"{BRANCH}001", f"{BRANCH}001E01")
# The sample form names these stations, so they open before the others of their level. It calls one of
# them by a code of its own.
OF_THE_FORM = ("130702", "130722", "130702001", "130722100", "130702001E01")
OTHER_CODES = {"130722100": ["130722001"]}
# Households of the stations above, so that the first pages have something to show.
_OF_FIRST = {"1307": 2, BRANCH: 4, f"{BRANCH}001": 9, f"{BRANCH}001E01": 5}
_WEIGHTS = {"街道": 3, "镇": 2}
# What the codes of the townships of a demo begin with, where it is not the whole city.
_STREETS = {"small": ("",), "tiny": ("001", "002")}


@dataclass(frozen=True, slots=True)
class Place:
    """One station of the plan."""

    code: str
    name: str
    level: int
    parent_code: str
    region_code: str
    region_kind: str
    union_uscc: str


@cache
def everything() -> tuple[Place, ...]:
    """Return every station of the data file, parents before children."""
    with DATA_FILE.open(encoding="utf-8-sig", newline="") as file:
        places = [
            Place(
                code=row["station_code"],
                name=row["name"],
                level=int(row["level"][0]),
                parent_code=row["parent_code"],
                region_code=row["region_code"],
                region_kind=row["region_kind"],
                union_uscc=row["union_uscc"],
            )
            for row in csv.DictReader(file)
        ]
    return tuple(
        sorted(
            places,
            key=lambda place: (
                (place.code not in OF_THE_FORM, place.level, place.code)
                if place.level > Level.CITY
                else (False, place.level, place.code)
            ),
        )
    )


def places_of(size: str) -> list[Place]:
    """Return the stations of a demo of this size.

    ``full`` is the city, ``small`` one county's branch, ``tiny`` its first two streets.
    """
    if size in _STREETS:
        streets = tuple(f"{BRANCH}{street}" for street in _STREETS[size])
        return [
            place
            for place in everything()
            if place.code in FIRST[:2] or place.code.startswith(streets)
        ]
    return [place for place in everything() if not place.code.startswith(LEFT_OUT)]


def townships_of(size: str) -> list[str]:
    """Return the codes of the branch's townships in a demo of this size."""
    return [
        place.code
        for place in places_of(size)
        if place.level == Level.TOWNSHIP and place.parent_code == BRANCH
    ]


def tells_of_money(size: str) -> bool:
    """Say whether a demo of this size tells the story of the money by itself; of the smallest it is asked for."""
    return size != "tiny"


def first_places() -> list[Place]:
    """Return the stations that the first sign-in needs."""
    return [place for place in everything() if place.code in FIRST]


def households_by_station(places: Sequence[Place], *, households: int, seed: int) -> dict[str, int]:
    """Spread households over the stations by weight: streets three, towns two, others one.

    The first stations keep their own share, so that their pages look the same whatever the size.
    """
    shares = {
        code: number
        for code, number in _OF_FIRST.items()
        if households >= 2 * sum(_OF_FIRST.values())
    }
    left = households - sum(shares.values())
    rest = [place for place in places if place.code not in FIRST and place.level != Level.CITY]
    chance = Random(seed)  # noqa: S311
    weights = [_weight(place) for place in rest]
    for place in chance.choices(rest, weights=weights, k=max(left, 0)) if rest else ():
        shares[place.code] = shares.get(place.code, 0) + 1
    return shares


def _weight(place: Place) -> float:
    if place.level == Level.TOWNSHIP:
        return _WEIGHTS.get(place.region_kind, 1)
    return 0.5 if place.level == Level.ENTERPRISE else 0.3
