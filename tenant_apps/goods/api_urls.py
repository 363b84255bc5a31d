"""Endpoints of the store, below ``/s/<code>/api/v1/goods/``."""

from django.urls import path

from tenant_apps.goods import api

app_name = "goods_api"

_LOT = "lots/<uuid:lot_id>/"
_MOVEMENT = "movements/<uuid:movement_id>/"
urlpatterns = [
    path("stock/", api.StockEndpoint.as_view(), name="stock"),
    path("issues/", api.IssuesEndpoint.as_view(), name="issues"),
    path("lots/", api.LotsEndpoint.as_view(), name="lots"),
    path(_LOT, api.LotEndpoint.as_view(), name="lot"),
    path(f"{_LOT}movements/", api.MovementsEndpoint.as_view(), name="movements"),
    path(f"{_LOT}receive/", api.ReceiveEndpoint.as_view(), name="receive"),
    path(f"{_LOT}cancel/", api.CancelEndpoint.as_view(), name="cancel"),
    path(f"{_LOT}stages/<slug:stage>/", api.StageEndpoint.as_view(), name="stage"),
    path(f"{_LOT}issue/", api.IssueEndpoint.as_view(), name="issue"),
    path(f"{_LOT}reserve/", api.ReserveEndpoint.as_view(), name="reserve"),
    path(f"{_LOT}count/", api.CountEndpoint.as_view(), name="count"),
    path(f"{_LOT}scrap/", api.ScrapEndpoint.as_view(), name="scrap"),
    path(f"{_LOT}give-back/", api.GiveBackEndpoint.as_view(), name="give-back"),
    path(f"{_LOT}send/", api.SendEndpoint.as_view(), name="send"),
    path(f"{_MOVEMENT}undo/", api.UndoEndpoint.as_view(), name="undo"),
    path(f"{_MOVEMENT}take-back/", api.TakeBackEndpoint.as_view(), name="take-back"),
    path(f"{_MOVEMENT}end/", api.EndEndpoint.as_view(), name="end"),
    path("checks/", api.ChecksEndpoint.as_view(), name="checks"),
    path("checks/<uuid:check_id>/confirm/", api.ConfirmEndpoint.as_view(), name="confirm"),
    path("checks/<uuid:check_id>/return/", api.ReturnEndpoint.as_view(), name="return"),
]
