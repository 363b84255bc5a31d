"""A township with a love supermarket, a pharmacy, open books, and two households with cards."""

from datetime import date, timedelta

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.rollup.models import Leaf
from shared_apps.rollup.services import fold_facts
from tenant_apps.benefits import services
from tenant_apps.benefits.models import Card, Entry
from tenant_apps.benefits.services import AgreementDetails, PartnerDetails, Purchase, Relief
from tenant_apps.funds.services import appropriate_budget
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.funds.conftest import books_of
from tests.tenant_apps.pairing.conftest import Town

OCTOBER = date(2026, 10, 1)
BOUGHT = date(2026, 11, 18)


class Window(Town):
    """The window for cards of a station, and the people at it."""

    def __init__(self, station, person_at):
        super().__init__(station, person_at)
        self.books = books_of(station, person_at)
        self.head, self.finance = self.books.head, self.books.finance
        self.wang, self.li = self.file(), self.file()
        self.market = self.partner("supermarket", "惠民超市", 8_800, outlets=("一店", "二店"))
        self.pharmacy = self.partner("love_pharmacy", "马应龙药店", 8_500)
        self.card = self.issued(self.wang, "shopping", "G-001", charged=100_000)
        with in_station(station):
            appropriate_budget(
                ref="2026", fund_id=self.books.fiscal.pk, amount_fen=10_000_000, on=BOUGHT,
                memo="预算", maker=self.finance, actor=self.head, now=NOON,
            )  # fmt: skip

    def act(self, step, *args, by=None, **said):
        with in_station(self.station):
            return getattr(services, step)(*args, actor=by or self.clerk, now=self.now, **said)

    def partner(self, kind, name, union, outlets=(), goods=(), **said):
        details = PartnerDetails(kind=kind, name=name, outlets=outlets)
        partner = self.act("keep_partner", details, by=self.reviewer)
        self.agree(partner, f"XY-{name}", union, goods=goods, **said)
        return partner

    def agree(
        self, partner, number, union, *, since=date(2026, 1, 1), until=date(2026, 12, 31), **said
    ):
        details = AgreementDetails(
            number=number, valid_from=since, valid_to=until, union_basis_points=union, **said
        )
        drafted = self.act("draft_agreement", partner.pk, details, by=self.reviewer)
        return self.act("confirm_agreement", drafted.pk, by=self.head)

    def issued(self, file, kind, number, *, charged=0, **said):
        card = self.act("apply_for_card", file.pk, kind=kind, **said)
        self.act("issue_card", card.pk, number=number, by=self.reviewer)
        card = self.act("step_card", card.pk, "activate")
        if charged:
            self.act("charge_card", card.pk, amount_fen=charged, by=self.finance)
        return self.fresh(card)

    def buy(self, fen, *, card=None, partner=None, on=BOUGHT, outlet="一店", **said):
        partner = partner or self.market
        bought = Purchase(
            partner_id=partner.pk, amount_fen=fen, bought_on=on,
            outlet=outlet if partner == self.market else "", **said,
        )  # fmt: skip
        return self.act("record_purchase", (card or self.card).pk, bought)

    def relieve(self, fen, relief, *, file=None, on=BOUGHT, **said):
        granted = Relief(relief=relief, amount_fen=fen, granted_on=on, **said)
        return self.act("record_relief", (file or self.wang).pk, granted)

    def act_keep_up(self):
        with in_station(self.station):
            return services.keep_cards_up(now=self.now)

    def fresh(self, card):
        with in_station(self.station):
            return Card.objects.get(pk=card.pk)

    def entries(self, **narrowed):
        with in_station(self.station):
            return list(Entry.objects.filter(**narrowed).order_by("id"))

    def number(self, indicator, measure="n", dimension="", key=""):
        with in_network():
            fold_facts(now=NOON)
            rows = Leaf.objects.filter(
                station_id=self.station.id, indicator=indicator, dimension=dimension, key=key
            )
            return sum(rows.values_list(measure, flat=True))

    def next_month(self):
        self.now += timedelta(days=20)


@scene
def window(cast):
    """A station whose households have a card."""
    return Window(cast.station("130705001"), cast.person_at)
