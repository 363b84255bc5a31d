"""Pages of household files, below `/s/<code>/files/`."""

from django.urls import path

from tenant_apps.households import views

app_name = "households"

urlpatterns = [
    path("", views.file_list, name="list"),
    path("new/", views.create_file, name="create"),
    path("work/", views.file_list, name="work"),
    path("transfers/", views.file_list, name="transfers"),
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
    path("<uuid:file_id>/print/", views.print_sheet, name="print"),
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
