"""Pages outside the stations, below ``/network/programmes/``: the programmes of the whole network."""

from shared_apps.programmes.addresses import PAGES

app_name = "programmes"

urlpatterns = PAGES
