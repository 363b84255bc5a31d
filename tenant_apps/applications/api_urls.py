"""Endpoints of applications: the worker's below ``public/``, the station's below ``applications/``."""

from django.urls import path

from tenant_apps.applications import api, api_public

app_name = "applications_api"

urlpatterns = [
    path("public/applications/", api_public.ApplyView.as_view(), name="public"),
    path("public/applications/mine/", api_public.MineView.as_view(), name="public-mine"),
    path("public/applications/mine/send/", api_public.SendView.as_view(), name="public-send"),
    path(
        "public/applications/mine/withdraw/",
        api_public.WithdrawView.as_view(),
        name="public-withdraw",
    ),
    path(
        "public/applications/mine/papers/",
        api_public.PicturesView.as_view(),
        name="public-pictures",
    ),
    path(
        "public/applications/mine/papers/<uuid:paper_id>/",
        api_public.PictureView.as_view(),
        name="public-picture",
    ),
    path("public/applications/mine/file/", api_public.MyFileView.as_view(), name="public-file"),
    path(
        "public/applications/mine/ask/<slug:what>/",
        api_public.AskView.as_view(),
        name="public-ask",
    ),
    path("applications/", api.ApplicationsView.as_view(), name="applications"),
    path("applications/desk/", api.DeskView.as_view(), name="desk"),
    path(
        "applications/files/<uuid:file_id>/code/",
        api.CodeForFileView.as_view(),
        name="code-for-file",
    ),
    path("applications/<uuid:application_id>/", api.ApplicationView.as_view(), name="application"),
    path("applications/<uuid:application_id>/take/", api.TakeView.as_view(), name="take"),
    path("applications/<uuid:application_id>/return/", api.ReturnView.as_view(), name="return"),
    path("applications/<uuid:application_id>/refuse/", api.RefuseView.as_view(), name="refuse"),
    path("applications/<uuid:application_id>/refer/", api.ReferView.as_view(), name="refer"),
    path("applications/<uuid:application_id>/code/", api.NewCodeView.as_view(), name="new-code"),
    path("applications/<uuid:application_id>/reveal/", api.RevealView.as_view(), name="reveal"),
]
