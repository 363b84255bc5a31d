"""Pages of privacy, below ``/s/<code>/privacy/``."""

from django.urls import path

from tenant_apps.privacy import views

app_name = "privacy"

urlpatterns = [
    path("", views.fields_map, name="fields"),
    path("files/<uuid:file_id>/", views.subject, name="subject"),
    path("files/<uuid:file_id>/consent/<slug:word>/", views.word_of_consent, name="consent"),
    path("files/<uuid:file_id>/correct/", views.ask_correction, name="ask-correction"),
    path("files/<uuid:file_id>/export/", views.export, name="export"),
    path("files/<uuid:file_id>/dispose/", views.propose, name="propose"),
    path("corrections/", views.corrections, name="corrections"),
    path("corrections/<uuid:correction_id>/", views.correction_detail, name="correction"),
    path(
        "corrections/<uuid:correction_id>/<slug:action>/",
        views.act_on_correction,
        name="correction-act",
    ),
    path("looks/", views.look_list, name="looks"),
    path("looks/new/", views.look_new, name="look-new"),
    path("looks/<uuid:request_id>/", views.look_detail, name="look"),
    path("looks/<uuid:request_id>/picture/", views.look_picture, name="picture"),
    path("looks/<uuid:request_id>/<slug:action>/", views.act_on_look, name="look-act"),
    path("outsiders/<slug:kind>/<uuid:row_id>/forget/", views.forget, name="forget"),
    path("retention/", views.retention, name="retention"),
    path("retention/<uuid:disposal_id>/", views.disposal_detail, name="disposal"),
    path("retention/<uuid:disposal_id>/certificate/", views.certificate, name="certificate"),
    path("retention/<uuid:disposal_id>/<slug:action>/", views.act_on_disposal, name="disposal-act"),
]
