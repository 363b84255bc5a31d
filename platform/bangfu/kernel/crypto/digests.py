"""SM3 digests and keyed hashes."""

from cryptography.hazmat.primitives import hashes, hmac

from bangfu.kernel.crypto.keys import derived_key, index_key

_BLIND_INDEX_BYTES = 16
_DIGEST_BYTES = 32


def sm3(data: bytes) -> bytes:
    """Return the SM3 digest of the data, 32 bytes. Source: GB/T 32905."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


class Digest:
    """The SM3 digest of what comes piece by piece."""

    def __init__(self) -> None:
        self._hash = hashes.Hash(hashes.SM3())

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self._hash.update(piece)

    def value(self) -> bytes:
        """Return the digest of all pieces, 32 bytes; no piece may follow."""
        return self._hash.finalize()


def hmac_sm3(key: bytes, data: bytes) -> bytes:
    """Return the HMAC of the data over SM3, 32 bytes."""
    signer = hmac.HMAC(key, hashes.SM3())
    signer.update(data)
    return signer.finalize()


def blind_index(value: str, *, purpose: str) -> bytes:
    """Return the keyed hash, 16 bytes, by which equal values find each other.

    The same value gives the same hash in every station of the network, and another hash for
    every purpose. Normalise the value first: ``1x`` and ``1X`` are different here.
    """
    key = derived_key(index_key(), f"blind index {purpose}", _DIGEST_BYTES)
    return hmac_sm3(key, value.encode())[:_BLIND_INDEX_BYTES]
