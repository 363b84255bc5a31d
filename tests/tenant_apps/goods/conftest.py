"""A station with a store, two households on file, and the people who keep it."""

from datetime import date

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.rollup.models import Leaf
from shared_apps.rollup.services import fold_facts
from tenant_apps.goods import services
from tenant_apps.goods.models import Lot, Movement
from tenant_apps.goods.rules import LotDetails, Recipient
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.pairing.conftest import Town

RICE = LotDetails(
    name="东北大米 10kg", kind="grain_oil", unit="bag", unit_value_fen=6_000, origin="purchase",
    expires_on=date(2027, 5, 1),
)  # fmt: skip
COATS = LotDetails(
    name="旧棉衣", kind="clothes", unit="piece", unit_value_fen=3_550, origin="staff",
    is_anonymous=True,
)  # fmt: skip
COAL = LotDetails(
    name="取暖块煤", kind="coal", unit="ton", unit_value_fen=95_000, origin="purchase",
)  # fmt: skip


class Store(Town):
    """The store of a station: takes goods in, brings them to the shelf, gives them out."""

    def __init__(self, station, person_at):
        super().__init__(station, person_at)
        self.head = person_at(station, Role.HEAD, name="孙站长")
        self.wang, self.li = self.file(), self.file()

    def act(self, step, *args, by=None, **said):
        with in_station(self.station):
            return getattr(services, step)(*args, actor=by or self.clerk, now=self.now, **said)

    def take_in(self, details=RICE, units=10, **said):
        return self.act("take_in_goods", details, quantity_milli=int(units * 1000), **said)

    def bring(self, lot, kind, units):
        return self.act("bring_on", lot.pk, kind=kind, quantity_milli=int(units * 1000))

    def on_shelf(self, details=RICE, units=10):
        lot = self.take_in(details, units)
        if details.needs_disinfection:
            self.bring(lot, "quarantine", units)
            self.bring(lot, "disinfect", units)
        self.bring(lot, "sort", units)
        return self.fresh(lot)

    def give(self, lot, units=1, *, file=None, step="issue_goods", to=None, **said):
        to = to or Recipient(file_id=(file or self.wang).pk)
        return self.act(step, lot.pk, to=to, quantity_milli=int(units * 1000), **said)

    def fresh(self, lot):
        with in_station(self.station):
            return Lot.objects.get(pk=lot.pk)

    def movements(self, **narrowed):
        with in_station(self.station):
            return list(Movement.objects.filter(**narrowed).order_by("id"))

    def number(self, indicator, measure="n"):
        with in_network():
            fold_facts(now=NOON)
            rows = Leaf.objects.filter(
                station_id=self.station.id, indicator=indicator, dimension=""
            )
            return sum(rows.values_list(measure, flat=True))


@scene
def store(cast):
    """An empty store."""
    return Store(cast.station("130705001"), cast.person_at)
