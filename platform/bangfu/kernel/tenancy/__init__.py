"""Stations that fail closed: the only package, with ``tenants``, that touches django-tenants."""

from bangfu.kernel.tenancy.context import (
    NETWORK,
    Network,
    NoStation,
    StationRef,
    WrongStation,
    current_station,
    in_network,
    in_station,
    nowhere,
    send_with_next,
    station_in_force,
)
from bangfu.kernel.tenancy.locks import try_lock, wait_for_lock

__all__ = [
    "NETWORK",
    "Network",
    "NoStation",
    "StationRef",
    "WrongStation",
    "current_station",
    "in_network",
    "in_station",
    "nowhere",
    "send_with_next",
    "station_in_force",
    "try_lock",
    "wait_for_lock",
]
