"""What a dump of the database would hold, as text."""

from django.apps import apps

from bangfu.kernel.tenancy import in_network, in_station
from bangfu.kernel.tenancy.models import StationModel
from tenants.models import Station


def everything_kept():
    """Every text of every table of every station and of the shared schema, as a dump would hold it."""
    texts = []
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
                rows = [
                    {name: _plain(value) for name, value in row.items()}
                    for row in model._base_manager.values()
                ]
                texts.append((model._meta.label, str(rows)))
    return texts


def _plain(value):
    value = getattr(value, "stored", value)
    # What lies in the open inside bytes is to be found as well.
    return bytes(value).decode(errors="ignore") if isinstance(value, bytes | memoryview) else value
