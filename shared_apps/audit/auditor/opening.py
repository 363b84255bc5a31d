"""Sealed values and digests, done a second time: SM4-GCM or AES-GCM, HKDF, HMAC and digests over SM3."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_CIPHERS = {1: ("sm4-gcm", algorithms.SM4, 16), 2: ("aes-gcm", algorithms.AES, 32)}


class Shut(Exception):
    """A value does not open."""


class Ring:
    """The keys an auditor was given."""

    def __init__(self, keys: dict[str, str], index: str) -> None:
        self._keys = {name: base64.b64decode(key) for name, key in keys.items()}
        self._index = base64.b64decode(index)

    def opened(self, value: bytes, place: str) -> bytes:
        """Open a value that was sealed for a place.

        Raises:
            Shut: it was altered, moved, or there is no key for it.
        """
        try:
            end = 3 + value[2]
            name, algorithm, length = _CIPHERS[value[1]]
            secret = self._keys[value[3:end].decode()]
            if value[0] != 1:
                raise Shut(place)
        except (IndexError, KeyError, UnicodeDecodeError) as error:
            raise Shut(place) from error
        key = algorithm(self._derived(secret, f"seal {name}", length))
        opener = Cipher(key, modes.GCM(value[end : end + 12], value[-16:])).decryptor()
        opener.authenticate_additional_data(value[:end] + place.encode())
        try:
            return opener.update(value[end + 12 : -16]) + opener.finalize()
        except (InvalidTag, ValueError) as error:
            raise Shut(place) from error

    def hashed(self, value: str, purpose: str) -> bytes:
        """Compute the keyed hash by which a value is found."""
        signer = hmac.HMAC(self._derived(self._index, f"blind index {purpose}", 32), hashes.SM3())
        signer.update(value.encode())
        return signer.finalize()[:16]

    @staticmethod
    def _derived(secret: bytes, purpose: str, length: int) -> bytes:
        return HKDF(hashes.SM3(), length, b"bangfu", purpose.encode()).derive(secret)


def sm3_of(data: bytes) -> bytes:
    """Compute an SM3 digest."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def canonical(value: Any) -> bytes:
    """Write a JSON value down in its one way."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
