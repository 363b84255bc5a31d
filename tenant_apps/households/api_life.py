"""Endpoints of a file once it is on file: re-checks, exits, and what waits for people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import SENT_AGAIN, CursorPages, StationAPIView, page_of
from bangfu.kernel.errors import InvalidInput, NotFound
from tenant_apps.households.api_steps import VisitRequest, visit_of
from tenant_apps.households.life_schemas import (
    BlockedRow,
    EventRequest,
    ExitCheckRequest,
    FindingsRequest,
    ManyFindingsRequest,
    OutcomeRow,
    ReasonRequest,
    RecheckRow,
    outcome_rows,
    recheck_row,
)
from tenant_apps.households.presenting import public_problems
from tenant_apps.households.schemas import FileRow, row_of
from tenant_apps.households.selectors import get_file
from tenant_apps.households.services import rechecking
from tenant_apps.households.services.findings import CONTINUE, EXIT, Findings
from tenant_apps.households.work import (
    LISTS,
    files_to_do,
    payout_blocked,
    rechecks_of,
    rechecks_to_do,
)


class LifeView(StationAPIView):
    """Reads what is given, acts, answers the file. A file out of sight is absent before anything else."""

    capability = {"POST": "file.recheck"}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let nobody past who may not see the file of the address."""
        super().initial(request, *args, **kwargs)
        if "file_id" in kwargs:
            get_file(kwargs["file_id"], actor=self.actor)

    def file_answer(self, file_id: UUID, *, status: int = 200) -> Response:
        return Response(row_of(get_file(file_id, actor=self.actor)), status=status)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a refusal; amounts are called without the unit of their column."""
        if isinstance(exc, InvalidInput):
            exc = InvalidInput(public_problems(exc.problems), message=exc.message)
        return super().handle_exception(exc)


class RecheckListView(LifeView):
    """The re-checks on a list of work."""

    capability = {"GET": "file.view"}

    @extend_schema(
        operation_id="files_rechecks",
        parameters=[
            OpenApiParameter(
                "list", str, enum=[name for name, one in LISTS.items() if one.is_of_rechecks]
            ),
            OpenApiParameter("cursor", str),
        ],
        responses=page_of(RecheckRow),
    )
    def get(self, request: Request) -> Response:
        """List re-checks, those due first."""
        name = request.query_params.get("list", "due")
        if name not in LISTS or not LISTS[name].is_of_rechecks:
            raise NotFound
        pages = CursorPages()
        pages.ordering = ("due_on", "id")
        rows = rechecks_to_do(name, on=clock.today())
        found = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([recheck_row(one) for one in found])


class WorkView(LifeView):
    """The files on a list of work."""

    capability = {"GET": "file.view"}

    @extend_schema(
        operation_id="files_work",
        parameters=[
            OpenApiParameter(
                "list", str, enum=[name for name, one in LISTS.items() if not one.is_of_rechecks]
            ),
            OpenApiParameter("cursor", str),
        ],
        responses=page_of(FileRow),
    )
    def get(self, request: Request) -> Response:
        """List files: unchanged for a year, never helped, not in the national system."""
        name = request.query_params.get("list", "nat_entry")
        if name not in LISTS or LISTS[name].is_of_rechecks:
            raise NotFound
        pages = CursorPages()
        rows = files_to_do(name, on=clock.today()).order_by("-id")
        found = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([row_of(one) for one in found])


class SendManyView(LifeView):
    """Re-checks of several files at once."""

    @extend_schema(
        operation_id="files_rechecks_send",
        request=ManyFindingsRequest,
        responses=OutcomeRow(many=True),
    )
    def post(self, request: Request) -> Response:
        """Begin and send them up, each on its own; one that is refused stops no other."""
        given = self.read(ManyFindingsRequest, request.data)
        outcome = rechecking.send_rechecks(
            given["files"], Findings(text=given["findings"]), **self.edge
        )
        return Response(outcome_rows(outcome))


class FileRechecksView(LifeView):
    """The re-checks of one file."""

    capability = {"GET": "file.view", "POST": "file.recheck"}

    @extend_schema(operation_id="files_rechecks_of", responses=RecheckRow(many=True))
    def get(self, _request: Request, file_id: UUID) -> Response:
        """List them, newest first."""
        file = get_file(file_id, actor=self.actor)
        return Response([recheck_row(one) for one in rechecks_of(file)])

    @extend_schema(operation_id="files_recheck_start", request=None, responses={201: RecheckRow})
    def post(self, _request: Request, file_id: UUID) -> Response:
        """Begin the one that is due; refused with `nothing-due` where none is."""
        recheck = rechecking.start_recheck(file_id, **self.edge)
        return Response(recheck_row(recheck), status=201)


class SendRecheckView(LifeView):
    """Send a re-check up."""

    @extend_schema(operation_id="files_recheck_send", request=FindingsRequest, responses=RecheckRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Send what was found, with the proposal to stay or to leave."""
        findings = _findings(self.read(FindingsRequest, request.data))
        return Response(recheck_row(rechecking.send_recheck(file_id, findings, **self.edge)))


class DropRecheckView(LifeView):
    """Break a re-check off."""

    @extend_schema(operation_id="files_recheck_drop", request=ReasonRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Break it off; it stays due."""
        rechecking.drop_recheck(file_id, **self.read(ReasonRequest, request.data), **self.edge)
        return self.file_answer(file_id)


class WithdrawRecheckView(LifeView):
    """Ask for a re-check or an exit back."""

    @extend_schema(operation_id="files_recheck_withdraw", request=ReasonRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Ask for it back; the answer comes by message."""
        rechecking.withdraw_recheck(file_id, **self.read(ReasonRequest, request.data), **self.edge)
        return self.file_answer(file_id)


class RecheckVisitView(LifeView):
    """Note a visit made for a re-check."""

    capability = {"POST": "file.visit"}
    same_within = SENT_AGAIN

    @extend_schema(
        operation_id="files_recheck_visit", request=VisitRequest, responses={201: FileRow}
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        """Note what two visitors found."""
        visit = visit_of(self.read(VisitRequest, request.data))
        photos = request.FILES.getlist("photos")
        rechecking.visit_again(file_id, visit, photos=photos, **self.edge)
        return Response(row_of(get_file(file_id, actor=self.actor)), status=201)


class ExitView(LifeView):
    """Propose that a household leaves."""

    @extend_schema(operation_id="files_exit", request=FindingsRequest, responses=RecheckRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Open a re-check where none is due, and send it up with the exit."""
        given = {**self.read(FindingsRequest, request.data), "proposal": EXIT}
        return Response(
            recheck_row(rechecking.propose_exit(file_id, _findings(given), **self.edge))
        )


class EventView(LifeView):
    """Note what happened in a household."""

    @extend_schema(operation_id="files_event", request=EventRequest, responses={201: RecheckRow})
    def post(self, request: Request, file_id: UUID) -> Response:
        """Note it; a re-check is due within the days of the rule."""
        recheck = rechecking.report_event(
            file_id, **self.read(EventRequest, request.data), **self.edge
        )
        return Response(recheck_row(recheck), status=201)


class ExitCheckView(LifeView):
    """Verify an exit."""

    @extend_schema(operation_id="files_exit_check", request=ExitCheckRequest, responses=RecheckRow)
    def post(self, request: Request, recheck_id: UUID) -> Response:
        """Note what the verification found."""
        given = self.read(ExitCheckRequest, request.data)
        return Response(recheck_row(rechecking.verify_exit(recheck_id, **given, **self.edge)))


class PayoutBlockView(LifeView):
    """Why nothing is paid to a household now."""

    capability = {"GET": "file.view"}

    @extend_schema(operation_id="files_payout_block", responses=BlockedRow(many=True))
    def get(self, _request: Request, file_id: UUID) -> Response:
        """List the reasons; none means that it may be paid."""
        file = get_file(file_id, actor=self.actor)
        blocked = payout_blocked(file, on=clock.today())
        return Response([{"code": one.code, "label": str(one.label)} for one in blocked])


def _findings(given: dict[str, Any]) -> Findings:
    return Findings(
        text=given["findings"],
        proposal=given.get("proposal", CONTINUE),
        exit_kind=given.get("exit_kind", ""),
        exit_reason=given.get("exit_reason", ""),
        exit_measure=given.get("exit_measure", ""),
        incomes_fen=[int(one * 100) for one in given.get("incomes", ())],
        is_cause_gone=given.get("is_cause_gone", False),
    )
