"""Pages of household files, below `/s/<code>/files/`."""

from django.urls import path

from tenant_apps.households import views

app_name = "households"

urlpatterns = [
    path("", views.file_list, name="list"),
    path("new/", views.create_file, name="create"),
    path("temporary/", views.temporary_page, name="temporary"),
    path("work/", views.work_page, name="work"),
    path("work/send/", views.send_chosen, name="work-send"),
    path("work/exits/<uuid:recheck_id>/", views.verify_exit_act, name="verify-exit"),
    path("work/<slug:name>/", views.work_page, name="work-list"),
    path("transfers/", views.transfers_page, name="transfers"),
    path("transfers/all/", views.transfer_all_page, name="transfer-all"),
    path("transfers/many/<slug:action>/", views.transfers_act, name="transfers-act"),
    path("transfers/<uuid:transfer_id>/<slug:action>/", views.transfer_act, name="transfer-act"),
    path("retiering/", views.retiering_list, name="retiering"),
    path("retiering/confirm/", views.confirm_chosen, name="retiering-confirm"),
    path("retiering/progress/", views.confirming_progress, name="retiering-progress"),
    path("check-number/", views.check_number, name="check-number"),
    path("submit/", views.submit_batch, name="submit-batch"),
    path("export/", views.export_files, name="export"),
    path("<uuid:file_id>/", views.detail, name="detail"),
    path("<uuid:file_id>/change/", views.change_file, name="change"),
    path("<uuid:file_id>/delete/", views.delete_file, name="delete"),
    path("<uuid:file_id>/submit/", views.submit_act, name="submit"),
    path("<uuid:file_id>/visit/", views.visit_page, name="visit"),
    path("<uuid:file_id>/step/<slug:action>/", views.take_step, name="step"),
    path("<uuid:file_id>/recheck/", views.recheck_page, name="recheck"),
    path("<uuid:file_id>/exit/", views.exit_page, name="exit"),
    path("<uuid:file_id>/event/", views.event_page, name="event"),
    path("<uuid:file_id>/transfer/", views.transfer_page, name="transfer"),
    path("<uuid:file_id>/head/", views.head_page, name="head"),
    path("<uuid:file_id>/split/", views.split_page, name="split"),
    path("<uuid:file_id>/nat-entry/", views.nat_entry_act, name="nat-entry"),
    path("<uuid:file_id>/helper/", views.helper_act, name="helper"),
    path("<uuid:file_id>/again/", views.file_again_act, name="file-again"),
    path("<uuid:file_id>/explanation/", views.explanation, name="explanation"),
    path("<uuid:file_id>/reveal/<slug:field>/", views.reveal, name="reveal"),
    path("<uuid:file_id>/members/", views.members_panel, name="members"),
    path("<uuid:file_id>/members/new/", views.change_member_page, name="member-new"),
    path("<uuid:file_id>/members/<int:position>/", views.change_member_page, name="member-change"),
    path(
        "<uuid:file_id>/members/<int:position>/remove/",
        views.remove_member_act,
        name="member-remove",
    ),
    path("<uuid:file_id>/papers/seen/", views.mark_seen, name="papers-seen"),
    path("<uuid:file_id>/papers/<slug:kind>/", views.add_paper, name="paper-add"),
    path(
        "<uuid:file_id>/papers/<uuid:paper_id>/remove/",
        views.remove_paper_act,
        name="paper-remove",
    ),
]
