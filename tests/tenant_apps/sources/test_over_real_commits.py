"""A transfer whose every step is committed: what tables check at the commit is checked for messages as well."""

from bangfu.kernel.tenancy import in_station
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message, MessageState
from tenant_apps.sources.models import Transfer
from tests.tenant_apps.sources.conftest import desk_at

FEN = 20_000_00


def test_a_message_closes_a_transfer_with_its_voucher(committed, city, other_county, person_at):
    above, below = desk_at(city, person_at), desk_at(other_county, person_at)
    fund = above.open_fund()
    above.endow(fund, FEN)
    transfer = above.instruct(below, fund, FEN)
    above.books(transfer.number, FEN)
    relay.deliver_all()
    below.books(transfer.number, FEN)
    relay.deliver_all()

    assert (above.balance("1101"), above.balance("5101")) == (0, FEN)
    with in_station(above.station):
        assert Transfer.objects.get().state == "closed"
        assert not Message.objects.exclude(state=MessageState.DONE).exists()
