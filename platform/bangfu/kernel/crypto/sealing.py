"""Sealing text: authenticated encryption bound to the place where the text is kept.

A sealed value reads: format (1 byte), cipher (1 byte), length of the key id (1 byte), key id,
nonce (12 bytes), ciphertext, tag (16 bytes). All that precedes the nonce, and the place, is
authenticated. Nonces are random: seal fewer than 2^32 values with one key.
"""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bangfu.kernel.crypto.keys import UnknownKey, current_key_id, derived_key, master_key

_FORMAT = 1
_NONCE_BYTES = 12
_TAG_BYTES = 16
_FIXED_HEADER_BYTES = 3


class Unsealable(Exception):
    """A sealed value was altered, moved from its place, or its key is not on the ring."""


@dataclass(frozen=True)
class _Suite:
    number: int
    name: str
    algorithm: type[algorithms.SM4] | type[algorithms.AES]
    key_bytes: int


_SUITES = (
    _Suite(1, "sm4-gcm", algorithms.SM4, 16),
    _Suite(2, "aes-gcm", algorithms.AES, 32),
)


def seal(text: str, *, place: str) -> bytes:
    """Encrypt a text for one place, with the current key and cipher of the network."""
    return seal_bytes(text.encode(), place=place)


def unseal(value: bytes, *, place: str) -> str:
    """Decrypt a text sealed for this place, by whatever cipher and key it names.

    Raises:
        Unsealable: it was altered, belongs to another place, or its key is unknown.
    """
    return unseal_bytes(value, place=place).decode()


def seal_bytes(data: bytes, *, place: str) -> bytes:
    """Encrypt the content of a paper for one place."""
    header = current_header()
    _, suite, key_id = _parsed(header + bytes(_NONCE_BYTES + _TAG_BYTES))
    nonce = os.urandom(_NONCE_BYTES)
    encryptor = Cipher(_keyed(suite, key_id), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(header + place.encode())
    ciphertext = encryptor.update(data) + encryptor.finalize()
    return header + nonce + ciphertext + encryptor.tag


def unseal_bytes(value: bytes, *, place: str) -> bytes:
    """Decrypt content sealed for this place.

    Raises:
        Unsealable: it was altered, belongs to another place, or its key is unknown.
    """
    header, suite, key_id = _parsed(value)
    nonce = value[len(header) : len(header) + _NONCE_BYTES]
    ciphertext = value[len(header) + _NONCE_BYTES : -_TAG_BYTES]
    try:
        mode = modes.GCM(nonce, value[-_TAG_BYTES:])
        decryptor = Cipher(_keyed(suite, key_id), mode).decryptor()
        decryptor.authenticate_additional_data(header + place.encode())
        return decryptor.update(ciphertext) + decryptor.finalize()
    except InvalidTag as error:
        raise Unsealable(f"a value of {place} is not what was sealed there") from error
    except UnknownKey as error:
        raise Unsealable(f"a value of {place} needs the key {key_id!r}") from error


def resealed(value: bytes, *, place: str) -> bytes:
    """Return the same content under the current key and cipher; the very value when it is not stale.

    Raises:
        Unsealable: as ``unseal_bytes``.
    """
    return seal_bytes(unseal_bytes(value, place=place), place=place) if is_stale(value) else value


def is_sealed(value: bytes) -> bool:
    """Tell whether bytes have the form of a sealed value."""
    try:
        _parsed(value)
    except Unsealable:
        return False
    return True


def current_header() -> bytes:
    """Return the first bytes of everything that is sealed now: format, cipher and key."""
    key_name = current_key_id().encode("ascii")
    return bytes([_FORMAT, _current_suite().number, len(key_name)]) + key_name


def key_id_of(value: bytes) -> str:
    """Return the id of the key that a value was sealed with."""
    return _parsed(value)[2]


def is_stale(value: bytes) -> bool:
    """Tell whether a value should be sealed anew: an older key, or another cipher."""
    _, suite, key_id = _parsed(value)
    return key_id != current_key_id() or suite != _current_suite()


def _current_suite() -> _Suite:
    """Return the cipher that ``settings.BANGFU_CIPHER`` names; SM4-GCM where it is silent."""
    name = getattr(settings, "BANGFU_CIPHER", _SUITES[0].name)
    for suite in _SUITES:
        if suite.name == name:
            return suite
    known = ", ".join(suite.name for suite in _SUITES)
    raise ImproperlyConfigured(f"BANGFU_CIPHER: {name!r} is none of {known}")


def _keyed(suite: _Suite, key_id: str) -> algorithms.SM4 | algorithms.AES:
    purpose = f"seal {suite.name}"
    return suite.algorithm(derived_key(master_key(key_id), purpose, suite.key_bytes))


def _parsed(value: bytes) -> tuple[bytes, _Suite, str]:
    if len(value) < _FIXED_HEADER_BYTES + _NONCE_BYTES + _TAG_BYTES or value[0] != _FORMAT:
        raise Unsealable("not a sealed value")
    end = _FIXED_HEADER_BYTES + value[2]
    suites = [suite for suite in _SUITES if suite.number == value[1]]
    if not suites or len(value) < end + _NONCE_BYTES + _TAG_BYTES:
        raise Unsealable("not a sealed value")
    try:
        return value[:end], suites[0], value[_FIXED_HEADER_BYTES:end].decode("ascii")
    except UnicodeDecodeError as error:
        raise Unsealable("not a sealed value") from error
