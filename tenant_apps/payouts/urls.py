"""Pages of payouts, below ``/s/<code>/payouts/``."""

from django.urls import path

from tenant_apps.payouts.views import bank, batches, receipts

app_name = "payouts"

urlpatterns = [
    path("", batches.batch_list, name="batches"),
    path("new/", batches.new_batch, name="new-batch"),
    path("<uuid:batch_id>/", batches.batch_page, name="batch"),
    path("<uuid:batch_id>/drop/", batches.drop, name="drop"),
    path("<uuid:batch_id>/file/", bank.take_file, name="file"),
    path("<uuid:batch_id>/answer/", bank.answer, name="answer"),
    path("<uuid:batch_id>/answer/drop/", bank.drop_answer, name="drop-answer"),
    path("<uuid:batch_id>/progress/", bank.progress, name="progress"),
    path("<uuid:batch_id>/summary/", bank.summary, name="summary"),
    path("<uuid:batch_id>/nat-entry/", bank.enter_nationally, name="nat-entry"),
    path("<uuid:batch_id>/<slug:action>/", batches.act, name="act"),
    path("lines/<uuid:line_id>/", receipts.receipt, name="line"),
    path("lines/<uuid:line_id>/back/", receipts.not_handed_over, name="not-handed-over"),
]
