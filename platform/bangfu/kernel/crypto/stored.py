"""Which sealed files lie on the disk, said by the apps that keep them.

An app that seals files below ``MEDIA_ROOT`` declares, in its ``AppConfig.ready``, how to list those of the
station in force. What nobody declares is swept away as an orphan, and stands in the way of retiring a key.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One sealed file: its path below ``MEDIA_ROOT``, and the place it is bound to."""

    path: str
    place: str


Listing = Callable[[], Iterable[StoredFile]]

_listings: list[Listing] = []


def declare_stored_files(listing: Listing) -> None:
    """Let ``listing`` say which sealed files of the station in force an app keeps."""
    if listing not in _listings:
        _listings.append(listing)


def stored_files() -> Iterator[StoredFile]:
    """Every sealed file of the station in force that an app keeps."""
    for listing in _listings:
        yield from listing()
