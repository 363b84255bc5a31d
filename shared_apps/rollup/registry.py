"""All indicators of the product, collected from the declarations of its apps."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import NotFound
from shared_apps.rollup.indicators import Indicator, Source

DECLARATIONS = "indicators"


class UnknownIndicator(NotFound):
    """No app declares an indicator of that code."""

    code = "unknown-indicator"
    message = _("没有代码为“%(code)s”的指标。")


class IndicatorDeclaredTwice(Exception):
    """Two apps declare the same code: a fault of the code."""


@cache
def _declared() -> dict[str, Indicator]:
    found: dict[str, Indicator] = {}
    for module in _modules():
        for indicator in module.INDICATORS:
            if indicator.code in found:
                raise IndicatorDeclaredTwice(indicator.code)
            found[indicator.code] = indicator
    return found


@cache
def fact_codes() -> frozenset[str]:
    """Return every code that a fact may carry."""
    return frozenset(one.fact_code for one in _declared().values() if one.cls != "R")


@cache
def recounted_codes() -> frozenset[str]:
    """Return the codes whose facts an app derives anew from its records."""
    return frozenset(
        one.fact_code
        for module in _modules()
        if hasattr(module, "SOURCE")
        for one in module.INDICATORS
        if one.cls != "R" and not one.counted
    )


@cache
def sources() -> tuple[Source, ...]:
    """Return how each app derives its facts anew."""
    return tuple(module.SOURCE for module in _modules() if hasattr(module, "SOURCE"))


def indicator(code: str) -> Indicator:
    """Return the indicator declared under ``code``.

    Raises:
        UnknownIndicator: there is none.
    """
    try:
        return _declared()[code]
    except KeyError:
        raise UnknownIndicator(code=code) from None


def listed_indicators() -> tuple[Indicator, ...]:
    """Return the indicators that people choose from, by code."""
    return tuple(one for _code, one in sorted(_declared().items()) if one.listed)


def counted_indicators() -> tuple[Indicator, ...]:
    """Return the stocks that a station counts anew from time to time instead of at each write."""
    return tuple(one for one in _declared().values() if one.counted)


def _modules() -> Iterator[Any]:
    for config in apps.get_app_configs():
        name = f"{config.name}.{DECLARATIONS}"
        if config.name.partition(".")[0] in {"shared_apps", "tenant_apps"} and find_spec(name):
            yield import_module(name)
