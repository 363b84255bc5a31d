"""Where a request comes from."""

import pytest

from bangfu.kernel.addresses import client_address

FORGED = "203.0.113.9, 198.51.100.7"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, FORGED, "127.0.0.1"),
        (1, FORGED, "198.51.100.7"),
        (1, "", "127.0.0.1"),
        (2, "198.51.100.7", "127.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(rf, settings, proxies, header, address):
    settings.BANGFU_PROXIES = proxies
    request = rf.get("/", headers={"X-Forwarded-For": header})
    assert client_address(request) == address
