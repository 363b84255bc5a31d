"""Which apps have addresses, and below which prefix.

An app has up to four modules of addresses, each an ordinary ``urlpatterns``:

* ``urls`` - pages inside a station, below ``/s/<code>/``
* ``api_urls`` - endpoints inside a station, below ``/s/<code>/api/v1/``
* ``network_urls`` - pages outside the stations
* ``network_api_urls`` - endpoints outside the stations, below ``/api/v1/``

The order matters where one prefix begins another: the longer comes first.
"""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

# App → prefix of its pages inside a station.
STATION_PAGES = {
    "tenant_apps.imports": "files/import/",
    "tenant_apps.households": "files/",
    "tenant_apps.funds": "ledger/",
    "tenant_apps.banking": "banking/",
    "tenant_apps.aid": "aid/",
    "tenant_apps.reviews": "reviews/",
    "tenant_apps.notices": "",
    "tenant_apps.pairing": "pairing/",
    "tenant_apps.goods": "goods/",
    "tenant_apps.benefits": "benefits/",
    "tenant_apps.sources": "sources/",
    "tenant_apps.payouts": "payouts/",
    "tenant_apps.privacy": "privacy/",
    "tenant_apps.documents": "",
    "tenant_apps.applications": "",
    "tenant_apps.reports": "reports/",
    "tenant_apps.yearly": "yearly/",
    "tenant_apps.surveys": "surveys/",
    "shared_apps.policies": "policies/",
    "shared_apps.programmes": "programmes/",
    "shared_apps.register": "duplicates/",
    "shared_apps.rollup": "rollup/",
    "shared_apps.reconciliation": "breaks/",
    "shared_apps.exchange": "messages/",
    "shared_apps.audit": "audit/",
    "shared_apps.notifications": "notifications/",
    "shared_apps.onboarding": "onboarding/",
    "shared_apps.accounts": "people/",
    "shared_apps.console": "settings/",
    "tenant_apps.casework": "",
}
STATION_API = {
    "tenant_apps.imports": "files/import/",
    "tenant_apps.households": "files/",
    "tenant_apps.funds": "ledger/",
    "tenant_apps.banking": "banking/",
    "tenant_apps.aid": "aid/",
    "tenant_apps.reviews": "reviews/",
    "tenant_apps.notices": "notices/",
    "tenant_apps.pairing": "pairing/",
    "tenant_apps.sources": "sources/",
    "tenant_apps.goods": "goods/",
    "tenant_apps.benefits": "benefits/",
    "tenant_apps.payouts": "payouts/",
    "tenant_apps.privacy": "privacy/",
    "tenant_apps.documents": "documents/",
    "tenant_apps.applications": "",
    "tenant_apps.reports": "reports/",
    "tenant_apps.yearly": "yearly/",
    "tenant_apps.surveys": "surveys/",
    "tenant_apps.casework": "",
    "shared_apps.policies": "policies/",
    "shared_apps.programmes": "programmes/",
    "shared_apps.register": "duplicates/",
    "shared_apps.rollup": "rollup/",
    "shared_apps.reconciliation": "",
    "shared_apps.exchange": "messages/",
    "shared_apps.audit": "audit/",
    "shared_apps.notifications": "notifications/",
    "shared_apps.onboarding": "onboarding/",
    "shared_apps.accounts": "people/",
    "shared_apps.regions": "",
    "shared_apps.console": "stations/",
}
NETWORK_PAGES = {
    "bangfu.ui": "",
    "shared_apps.accounts": "",
    "shared_apps.onboarding": "join/",
    "shared_apps.rollup": "network/rollup/",
    "shared_apps.reconciliation": "network/breaks/",
    "shared_apps.exchange": "network/messages/",
    "shared_apps.audit": "network/audit/",
    "shared_apps.regions": "network/calendar/",
    "shared_apps.policies": "network/policies/",
    "shared_apps.programmes": "network/programmes/",
    "shared_apps.console": "network/",
}
NETWORK_API = {
    "shared_apps.onboarding": "onboarding/",
    "shared_apps.console": "stations/",
    "shared_apps.rollup": "rollup/",
    "shared_apps.accounts": "people/",
    "shared_apps.regions": "",
    "shared_apps.policies": "policies/",
    "shared_apps.audit": "audit/",
}


def included(apps: dict[str, str], module: str) -> list[URLPattern | URLResolver]:
    """Return the addresses of ``module`` of each app that has one, in the order of the table."""
    return [
        path(prefix, include(f"{app}.{module}"))
        for app, prefix in apps.items()
        if find_spec(app) is not None and find_spec(f"{app}.{module}") is not None
    ]
