"""Pages of a station, below ``/s/<code>/programmes/``: the programmes of aid that hold here."""

from shared_apps.programmes.addresses import PAGES

app_name = "programmes"

urlpatterns = PAGES
