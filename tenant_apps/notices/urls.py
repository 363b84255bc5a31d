"""Pages of notices: the public ones below ``public/``, the station's own below ``notices/``."""

from django.urls import path

from tenant_apps.notices import views

app_name = "notices"

urlpatterns = [
    path("public/notices/", views.public_list, name="public-list"),
    path("public/notices/<uuid:notice_id>/object/", views.public_object, name="public-object"),
    path("notices/", views.notice_list, name="list"),
    path("notices/objections/", views.objection_list, name="objections"),
    path(
        "notices/objections/<uuid:objection_id>/reveal/",
        views.reveal_objector_act,
        name="objector",
    ),
]
