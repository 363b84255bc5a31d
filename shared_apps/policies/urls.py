"""Pages inside a station, below ``/s/<code>/policies/``."""

from shared_apps.policies.addresses import PAGES

app_name = "policies"

urlpatterns = PAGES
