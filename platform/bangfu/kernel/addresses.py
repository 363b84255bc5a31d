"""Where a request comes from, as far as it can be known."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the network address of whoever asks.

    ``BANGFU_PROXIES`` says how many proxies of ours stand in front; only what they wrote is believed, so
    nobody chooses their own address. Without any it is the address of the connection.
    """
    connected: str = request.META.get("REMOTE_ADDR", "")
    written = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies: int = settings.BANGFU_PROXIES
    if proxies < 1 or len(written) < proxies or not written[-proxies]:
        return connected
    return str(written[-proxies])
