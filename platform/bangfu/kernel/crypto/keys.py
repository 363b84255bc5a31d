"""The key ring of a network, read from ``settings.BANGFU_KEYS``.

The setting holds ``{"current": "k1", "keys": {"k1": <base64>}, "index": <base64>}``. Every
secret has at least 32 bytes; what encrypts or hashes is derived from it for one purpose only.
"""

import base64
import binascii
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_SHORTEST_SECRET_BYTES = 32


class UnknownKey(Exception):
    """A value was sealed with a key that this network does not hold."""


@lru_cache(maxsize=256)
def derived_key(secret: bytes, purpose: str, length: int) -> bytes:
    """Derive a key of ``length`` bytes for one purpose by HKDF over SM3."""
    return HKDF(
        algorithm=hashes.SM3(), length=length, salt=b"bangfu", info=purpose.encode()
    ).derive(secret)


def current_key_id() -> str:
    """Return the id of the key that seals new values."""
    key_id: str = settings.BANGFU_KEYS["current"]
    return key_id


def master_key(key_id: str) -> bytes:
    """Return the secret of a key on the ring.

    Raises:
        UnknownKey: the ring does not hold it.
    """
    try:
        encoded = settings.BANGFU_KEYS["keys"][key_id]
    except KeyError as error:
        raise UnknownKey(key_id) from error
    return _decoded(encoded, name=key_id)


def index_key() -> bytes:
    """Return the secret of the keyed hashes; it outlives every encryption key."""
    return _decoded(settings.BANGFU_KEYS["index"], name="index")


@lru_cache(maxsize=32)
def _decoded(encoded: str, *, name: str) -> bytes:
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured(f"BANGFU_KEYS: {name!r} is not base64") from error
    if len(secret) < _SHORTEST_SECRET_BYTES:
        raise ImproperlyConfigured(
            f"BANGFU_KEYS: {name!r} is shorter than {_SHORTEST_SECRET_BYTES} bytes"
        )
    return secret
