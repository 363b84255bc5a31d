"""What every page of reports reads from a request."""

from __future__ import annotations

from django.http import HttpRequest


def numbers_in(request: HttpRequest, *, prefix: str) -> dict[str, str]:
    """Return the fields of a form whose names begin with ``prefix``, by the rest of their names."""
    return {
        name.removeprefix(prefix): str(value)
        for name, value in request.POST.items()
        if name.startswith(prefix)
    }
