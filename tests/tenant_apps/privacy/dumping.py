"""What a dump of the database would hold, as text, and which tables hold a keyed hash."""

from django.apps import apps

from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.models import StationModel
from tenants.models import Station


def everything_kept():
    """Every text of every table of every station and of the shared schema, as a dump would hold it."""
    return [
        (label, str([{name: _plain(value) for name, value in row.items()} for row in rows]))
        for label, rows in _tables()
    ]


def tables_holding(hashes):
    """The tables, of any station or of all, in which one of these hashes stands, as bytes or written out."""
    written = {one.hex() for one in hashes}
    return {
        label.lower()
        for label, rows in _tables()
        for row in rows
        for value in row.values()
        if (isinstance(value, bytes | memoryview) and bytes(value) in hashes)
        or any(one in str(value) for one in written)
    }


def _tables():
    with in_network():
        stations = [station.ref for station in Station.objects.all()]
    for model in apps.get_models():
        realms = (
            [in_station(one) for one in stations]
            if issubclass(model, StationModel)
            else [in_network()]
        )
        for realm in realms:
            with realm:
                yield model._meta.label, list(model._base_manager.values())


def _plain(value):
    value = getattr(value, "stored", value)
    # What lies in the open inside bytes is to be found as well.
    return bytes(value).decode(errors="ignore") if isinstance(value, bytes | memoryview) else value
