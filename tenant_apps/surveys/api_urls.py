"""Endpoints of the samples, below ``/s/<code>/api/v1/surveys/``."""

from django.urls import path

from tenant_apps.surveys import api

app_name = "surveys_api"

urlpatterns = [
    path("", api.SamplesEndpoint.as_view(), name="samples"),
    path("orders/", api.OrdersEndpoint.as_view(), name="orders"),
    path("orders/<uuid:order_id>/", api.OrderEndpoint.as_view(), name="order"),
    path("orders/<uuid:order_id>/take-back/", api.TakeBackEndpoint.as_view(), name="take-back"),
    path("<uuid:sample_id>/", api.SampleEndpoint.as_view(), name="sample"),
    path("<uuid:sample_id>/drawn/", api.DrawnEndpoint.as_view(), name="drawn"),
    path("<uuid:sample_id>/void/", api.VoidEndpoint.as_view(), name="void"),
    path("drawn/<uuid:drawn_id>/", api.AnswerEndpoint.as_view(), name="answer"),
    path(
        "drawn/<uuid:drawn_id>/erase-remark/",
        api.EraseRemarkEndpoint.as_view(),
        name="erase-remark",
    ),
]
