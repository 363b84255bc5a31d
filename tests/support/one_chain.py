"""One chain of middleware for all test clients of a process."""

import pytest
from django.conf import settings
from django.test.client import ClientHandler

_LOADED: dict[tuple[object, ...], ClientHandler] = {}


def load_middleware_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test client use the chain that the first one with the same settings loaded.

    To load it means to look through all static files, which takes longer than most requests.
    """
    load = ClientHandler.load_middleware

    def load_once(handler: ClientHandler, is_async: bool = False) -> None:
        asked = (is_async, settings.DEBUG, *settings.MIDDLEWARE)
        if asked not in _LOADED:
            first = ClientHandler()
            load(first, is_async)
            _LOADED[asked] = first
        handler._middleware_chain = _LOADED[asked]._middleware_chain

    monkeypatch.setattr(ClientHandler, "load_middleware", load_once)
