"""Pages of applications: the worker's below ``public/``, the station's own below ``applications/``."""

from django.urls import path

from tenant_apps.applications.views import apply, door, inbox, mine

app_name = "applications"

urlpatterns = [
    path("public/", door.front, name="front"),
    path("public/apply/", door.begin, name="begin"),
    path("public/resume/", door.resume, name="resume"),
    path("public/leave/", door.leave, name="leave"),
    path("public/apply/code/", door.show_code, name="code"),
    path("public/apply/slip/", door.print_slip, name="slip"),
    path("public/apply/next/", apply.apply, name="apply"),
    path("public/apply/family/new/", apply.member, name="member-new"),
    path("public/apply/family/<int:place>/", apply.member, name="member"),
    path("public/apply/family/<int:place>/remove/", apply.remove_member, name="member-remove"),
    path("public/apply/papers/<slug:kind>/add/", apply.add_picture, name="picture-add"),
    path("public/apply/pictures/<uuid:paper_id>/", apply.picture, name="picture"),
    path(
        "public/apply/pictures/<uuid:paper_id>/remove/",
        apply.remove_picture,
        name="picture-remove",
    ),
    path("public/apply/<slug:name>/", apply.step, name="step"),
    path("public/mine/", mine.mine, name="mine"),
    path("public/mine/withdraw/", mine.withdraw, name="withdraw"),
    path("public/mine/file/", mine.my_file, name="my-file"),
    path("public/mine/ask/<slug:what>/", mine.ask, name="ask"),
    path("applications/", inbox.inbox, name="inbox"),
    path("applications/new/", inbox.begin_at_counter, name="counter"),
    path("applications/desk/", inbox.desk, name="desk"),
    path("applications/code/<uuid:file_id>/", inbox.code_for_file, name="code-for-file"),
    path("applications/<uuid:application_id>/", inbox.detail, name="detail"),
    path("applications/<uuid:application_id>/code/", inbox.new_code, name="new-code"),
    path("applications/<uuid:application_id>/reveal/<slug:field>/", inbox.reveal, name="reveal"),
    path("applications/<uuid:application_id>/<slug:action>/", inbox.step, name="act"),
]
