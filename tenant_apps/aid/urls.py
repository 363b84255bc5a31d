"""Pages of aid, below ``/s/<code>/aid/``."""

from django.urls import path

from tenant_apps.aid.views import applications

app_name = "aid"

urlpatterns = [
    path("<uuid:application_id>/", applications.application, name="application"),
    path("asked/<uuid:application_id>/", applications.asked, name="asked"),
]
