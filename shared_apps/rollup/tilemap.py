"""Counties on a map of equal tiles, each where it lies; places without a position follow in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

# Column and row of each county of Zhangjiakou, north above: code of the region → place.
PLACES: Mapping[str, tuple[int, int]] = {
    "130723": (2, 1),
    "130773": (4, 1),
    "130724": (5, 1),
    "130725": (1, 2),
    "130722": (2, 2),
    "130772": (3, 2),
    "130709": (4, 2),
    "130732": (5, 2),
    "130728": (1, 3),
    "130708": (2, 3),
    "130703": (3, 3),
    "130702": (4, 3),
    "130705": (5, 3),
    "130727": (1, 4),
    "130771": (3, 4),
    "130706": (4, 4),
    "130730": (5, 4),
    "130726": (2, 5),
    "130731": (4, 5),
}
SHADES = 5
# What a short name leaves out, the longest first.
_ENDINGS = (
    "总工会困难职工帮扶(服务)中心",
    "总工会困难职工帮扶中心",
    "总工会困难职工帮扶站",
    "困难职工帮扶中心",
    "困难职工帮扶站",
    "职工帮扶站",
    "工会帮扶点",
    "职工服务中心",
)
_BEGINNINGS = ("(虚构)", "（虚构）", "张家口市", "张家口")


@dataclass(frozen=True, slots=True)
class Place:
    """A station to be shown on the map."""

    region_code: str
    name: str
    number: Decimal | int | None
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: where, how dark, what it says, where it leads."""

    name: str
    full_name: str
    text: str
    shade: int
    url: str
    column: int | None
    row: int | None

    @property
    def css(self) -> str:
        """The classes of the tile."""
        place = f" tile-c{self.column} tile-r{self.row}" if self.column else ""
        return f"tile tile-{self.shade}{place}"


def tiles_of(
    places: Sequence[Place],
    *,
    absent: Iterable[tuple[str, str]] = (),
    by_place: bool = True,
) -> list[Tile]:
    """Lay out ``places``; ``absent`` are (code, name) of regions without a station.

    With ``by_place`` each stands where it lies, provided that every one has a position of its own.
    """
    absent = list(absent)
    codes = [place.region_code for place in places] + [code for code, _name in absent]
    placed = by_place and len(set(codes)) == len(codes) and all(code in PLACES for code in codes)
    most = max((place.number or 0 for place in places), default=0)
    tiles = [
        Tile(
            name=short_name(place.name),
            full_name=place.name,
            text=place.text,
            shade=_shade(place.number, most),
            url=place.url,
            column=PLACES[place.region_code][0] if placed else None,
            row=PLACES[place.region_code][1] if placed else None,
        )
        for place in places
    ]
    tiles += [
        Tile(
            name=short_name(name),
            full_name=name,
            text="",
            shade=0,
            url="",
            column=PLACES[code][0] if placed else None,
            row=PLACES[code][1] if placed else None,
        )
        for code, name in absent
    ]
    if placed:
        # Read in the order in which they stand, as a screen reader does.
        tiles.sort(key=lambda tile: (tile.row or 0, tile.column or 0))
    return tiles


def short_name(name: str) -> str:
    """Return the part of a station's name that tells it from its neighbours."""
    short = name
    for beginning in _BEGINNINGS:
        if short.startswith(beginning) and len(short) > len(beginning) + 1:
            short = short.removeprefix(beginning)
    for ending in _ENDINGS:
        if short.endswith(ending) and len(short) > len(ending):
            return short.removesuffix(ending)
    return short


def _shade(number: Decimal | int | None, most: Decimal | int) -> int:
    """Return 1 (none) to 5 (the most): equal steps, and any count above zero is at least 2."""
    if not number or not most:
        return 1
    return min(SHADES, 2 + int(Decimal(number) * (SHADES - 1) / Decimal(most) - Decimal("0.0001")))
