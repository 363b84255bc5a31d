"""Pages of the store, below ``/s/<code>/goods/``."""

from django.urls import path

from tenant_apps.goods.views import issuing, store

app_name = "goods"

urlpatterns = [
    path("", store.store, name="store"),
    path("new/", store.new_lot, name="new-lot"),
    path("import/", store.import_list, name="import"),
    path("import/template/", store.template, name="template"),
    path("issues/", issuing.issue_list, name="issues"),
    path("lots/<uuid:lot_id>/", store.lot_page, name="lot"),
    path("lots/<uuid:lot_id>/issue/", issuing.choose, name="choose"),
    path("lots/<uuid:lot_id>/issue/group/", issuing.give_group, name="give-group"),
    path("lots/<uuid:lot_id>/issue/<uuid:file_id>/", issuing.give, name="give"),
    path("lots/<uuid:lot_id>/send/", store.send, name="send"),
    path("lots/<uuid:lot_id>/<slug:step>/", store.act, name="act"),
    path("checks/<uuid:todo_id>/<slug:action>/", store.decide, name="decide"),
    path("movements/<uuid:movement_id>/undo/", store.undo, name="undo"),
    path("movements/<uuid:movement_id>/take-back/", store.take_back, name="take-back"),
    path("movements/<uuid:movement_id>/<slug:action>/", issuing.end, name="end"),
]
