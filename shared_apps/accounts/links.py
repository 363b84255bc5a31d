"""Secrets of links: derived, never stored, good for one thing only."""

import secrets

from django.utils.crypto import constant_time_compare, salted_hmac


def fresh_nonce() -> str:
    """Return a new nonce; whoever stores it makes every earlier link of that row worthless."""
    return secrets.token_hex(16)


def secret_of(purpose: str, *, key: object, nonce: str) -> str:
    """Return the secret part of the link to row ``key``: 40 hexadecimal digits.

    A secret made for one purpose, one row or an earlier nonce fits no other.
    """
    digest = salted_hmac(f"bangfu.link.{purpose}", f"{key}:{nonce}", algorithm="sha256")
    return digest.hexdigest()[:40]


def secret_fits(text: str, purpose: str, *, key: object, nonce: str) -> bool:
    """Say, in constant time, whether ``text`` is the secret of that link."""
    return constant_time_compare(text, secret_of(purpose, key=key, nonce=nonce))
