"""Pages outside the stations, below ``/network/policies/``: the rules of the whole network."""

from shared_apps.policies.addresses import PAGES

app_name = "policies"

urlpatterns = PAGES
