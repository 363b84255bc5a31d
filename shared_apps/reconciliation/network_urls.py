"""Pages outside the stations, below ``/network/breaks/``: the same, over the whole network."""

from django.urls import path

from shared_apps.reconciliation import views

app_name = "reconciliation"

urlpatterns = [
    path("", views.break_list, name="list"),
    path("reconcile/", views.reconcile, name="reconcile"),
    path("runs/<int:run_id>/", views.run_progress, name="run"),
    path("<int:break_id>/", views.break_detail, name="detail"),
    path("<int:break_id>/heal/", views.heal, name="heal"),
    path("<int:break_id>/explain/", views.explain, name="explain"),
    path("<int:break_id>/close/", views.close, name="close"),
]
