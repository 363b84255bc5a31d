"""Pages of the samples, below ``/s/<code>/surveys/``."""

from django.urls import path

from tenant_apps.surveys.views import orders, samples

app_name = "surveys"

urlpatterns = [
    path("", samples.sample_list, name="list"),
    path("new/", samples.new_sample, name="new"),
    path("orders/new/", orders.new_order, name="new-order"),
    path("orders/<uuid:order_id>/", orders.order_page, name="order"),
    path("orders/<uuid:order_id>/take-back/", orders.take_back, name="take-back"),
    path("<uuid:sample_id>/", samples.sample_page, name="sample"),
    path("<uuid:sample_id>/call-list/", samples.call_list, name="call-list"),
    path("<uuid:sample_id>/void/", samples.void, name="void"),
    path("<uuid:sample_id>/answer/<uuid:drawn_id>/", samples.answer, name="answer"),
    path(
        "<uuid:sample_id>/erase-remark/<uuid:drawn_id>/", samples.erase_remark, name="erase-remark"
    ),
]
