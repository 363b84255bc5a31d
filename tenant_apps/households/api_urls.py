"""Endpoints of household files, below `/s/<code>/api/v1/files/`."""

from django.urls import path

from tenant_apps.households import (
    api,
    api_changing,
    api_life,
    api_steps,
    api_tiers,
    api_transfers,
)

app_name = "households_api"

urlpatterns = [
    path("", api.FilesView.as_view(), name="files"),
    path("<uuid:file_id>/", api.FileView.as_view(), name="file"),
    path("retiering/", api_tiers.RetieringView.as_view(), name="retiering"),
    path("retiering/confirm/", api_tiers.ConfirmView.as_view(), name="retiering-confirm"),
    path("<uuid:file_id>/explanation/", api_tiers.ExplanationView.as_view(), name="explanation"),
    path("rechecks/", api_life.RecheckListView.as_view(), name="rechecks"),
    path("rechecks/send/", api_life.SendManyView.as_view(), name="rechecks-send"),
    path("exit-checks/<uuid:recheck_id>/", api_life.ExitCheckView.as_view(), name="exit-check"),
    path("work/", api_life.WorkView.as_view(), name="work"),
    path("temporary/", api_changing.TemporaryView.as_view(), name="temporary"),
    path("transfers/", api_transfers.TransfersView.as_view(), name="transfers"),
    path(
        "transfers/<uuid:transfer_id>/accept/",
        api_transfers.AcceptTransferView.as_view(),
        name="transfer-accept",
    ),
    path(
        "transfers/<uuid:transfer_id>/decline/",
        api_transfers.DeclineTransferView.as_view(),
        name="transfer-decline",
    ),
    path(
        "transfers/<uuid:transfer_id>/confirm/",
        api_transfers.ConfirmTransferView.as_view(),
        name="transfer-confirm",
    ),
    path(
        "transfers/<uuid:transfer_id>/refuse/",
        api_transfers.RefuseTransferView.as_view(),
        name="transfer-refuse",
    ),
    path("<uuid:file_id>/timeline/", api.TimelineView.as_view(), name="timeline"),
    path("<uuid:file_id>/rechecks/", api_life.FileRechecksView.as_view(), name="file-rechecks"),
    path("<uuid:file_id>/rechecks/send/", api_life.SendRecheckView.as_view(), name="recheck-send"),
    path("<uuid:file_id>/rechecks/drop/", api_life.DropRecheckView.as_view(), name="recheck-drop"),
    path(
        "<uuid:file_id>/rechecks/withdraw/",
        api_life.WithdrawRecheckView.as_view(),
        name="recheck-withdraw",
    ),
    path(
        "<uuid:file_id>/rechecks/visit/",
        api_life.RecheckVisitView.as_view(),
        name="recheck-visit",
    ),
    path("<uuid:file_id>/exit/", api_life.ExitView.as_view(), name="exit"),
    path("<uuid:file_id>/event/", api_life.EventView.as_view(), name="event"),
    path("<uuid:file_id>/payout-block/", api_life.PayoutBlockView.as_view(), name="payout-block"),
    path("<uuid:file_id>/nat-entry/", api_changing.EntryView.as_view(), name="nat-entry"),
    path("<uuid:file_id>/helper/", api_changing.HelperView.as_view(), name="helper"),
    path("<uuid:file_id>/head/", api_changing.HeadView.as_view(), name="head"),
    path("<uuid:file_id>/split/", api_changing.SplitView.as_view(), name="split"),
    path("<uuid:file_id>/again/", api_changing.FileAgainView.as_view(), name="file-again"),
    path("<uuid:file_id>/transfer/", api_transfers.OfferView.as_view(), name="transfer"),
    path(
        "<uuid:file_id>/transfer/cancel/",
        api_transfers.CancelTransferView.as_view(),
        name="transfer-cancel",
    ),
    path("<uuid:file_id>/submit/", api.FileSubmitView.as_view(), name="submit"),
    path("<uuid:file_id>/accept/", api_steps.AcceptView.as_view(), name="accept"),
    path(
        "<uuid:file_id>/arrange-visit/",
        api_steps.ArrangeVisitView.as_view(),
        name="arrange-visit",
    ),
    path("<uuid:file_id>/visit/", api_steps.VisitView.as_view(), name="visit"),
    path("<uuid:file_id>/report/", api_steps.ReportView.as_view(), name="report"),
    path("<uuid:file_id>/return/", api_steps.ReturnView.as_view(), name="return"),
    path("<uuid:file_id>/recall/", api_steps.RecallView.as_view(), name="recall"),
    path(
        "<uuid:file_id>/ask-second-look/",
        api_steps.SecondLookView.as_view(),
        name="ask-second-look",
    ),
    path("<uuid:file_id>/members/", api.FileMembersView.as_view(), name="members"),
    path("<uuid:file_id>/papers/", api.FilePapersView.as_view(), name="papers"),
    path("<uuid:file_id>/reveal/", api.FileRevealView.as_view(), name="reveal"),
]
