"""Endpoints of a file once it is on file: re-checks, exits, transfers, entries, changed households."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView
from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.kernel.problems import as_json
from tenant_apps.households.api import read_object, refuse_unreadable
from tenant_apps.households.api_steps import VisitRequest
from tenant_apps.households.models import HouseholdRecheck, HouseholdTransfer, TransferReason
from tenant_apps.households.parsing import read_draft
from tenant_apps.households.presenting import public_problems
from tenant_apps.households.schemas import FileFields, FileRow, row_of
from tenant_apps.households.selectors import get_file
from tenant_apps.households.services import entering, heading, moving, rechecking, temporary
from tenant_apps.households.services.rechecking import CONTINUE, EVENTS, EXIT, Findings, Outcome
from tenant_apps.households.services.visits import Visit
from tenant_apps.households.work import (
    LISTS,
    files_to_do,
    payout_blocked,
    rechecks_of,
    rechecks_to_do,
    transfers_to_show,
)


class FindingsRequest(serializers.Serializer[Any]):
    """What a re-check found; for an exit its kind, reason and monthly incomes per head in yuan."""

    findings = serializers.CharField(max_length=2000)
    proposal = serializers.ChoiceField(choices=[CONTINUE, EXIT], default=CONTINUE)
    exit_kind = serializers.CharField(default="", allow_blank=True)
    exit_reason = serializers.CharField(default="", allow_blank=True)
    incomes = serializers.ListField(
        child=serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0),
        default=list,
        max_length=36,
    )
    is_cause_gone = serializers.BooleanField(default=False)


class ManyFindingsRequest(serializers.Serializer[Any]):
    """The files whose re-checks are sent up with the same findings."""

    files = serializers.ListField(child=serializers.UUIDField(), max_length=500)
    findings = serializers.CharField(max_length=2000)


class ReasonRequest(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=500)


class TextRequest(serializers.Serializer[Any]):
    """What is said with it; may be left out."""

    text = serializers.CharField(default="", allow_blank=True, max_length=500)


class EventRequest(serializers.Serializer[Any]):
    """What happened in a household."""

    event = serializers.ChoiceField(choices=list(EVENTS))
    happened_on = serializers.DateField()
    person = serializers.CharField(default="", allow_blank=True, max_length=32)
    note = serializers.CharField(default="", allow_blank=True, max_length=500)


class TransferRequest(serializers.Serializer[Any]):
    """Where a file goes, and why."""

    to_code = serializers.CharField(max_length=20)
    reason = serializers.ChoiceField(choices=TransferReason.choices)
    note = serializers.CharField(default="", allow_blank=True, max_length=500)


class HeirRequest(serializers.Serializer[Any]):
    """Where every open file of a unit that closes goes."""

    to_code = serializers.CharField(max_length=20)
    note = serializers.CharField(default="", allow_blank=True, max_length=500)


class EntryRequest(serializers.Serializer[Any]):
    """The entry of a file in the national system."""

    number = serializers.CharField(max_length=32)
    entered_on = serializers.DateField()


class HelperRequest(serializers.Serializer[Any]):
    """Who answers for the help."""

    helper = serializers.CharField(max_length=32)


class HeadRequest(serializers.Serializer[Any]):
    """Which member becomes the head, by place; with a relation the former head stays."""

    position = serializers.IntegerField(min_value=0)
    former_head_as = serializers.CharField(default="", allow_blank=True)
    lock_version = serializers.IntegerField()


class SplitRequest(serializers.Serializer[Any]):
    """Which members leave, by place, the new head first."""

    positions = serializers.ListField(child=serializers.IntegerField(min_value=0), min_length=1)
    lock_version = serializers.IntegerField()


class ExitCheckRequest(serializers.Serializer[Any]):
    """What the verification of an exit found."""

    findings = serializers.CharField(max_length=2000)
    stands = serializers.BooleanField()


class RecheckRow(serializers.Serializer[Any]):
    """A re-check."""

    id = serializers.UUIDField()
    file = serializers.UUIDField()
    file_no = serializers.CharField()
    kind = serializers.CharField()
    period = serializers.CharField()
    due_on = serializers.DateField()
    state = serializers.CharField()
    is_sampled = serializers.BooleanField()
    findings = serializers.CharField()
    proposal = serializers.CharField()
    tier_before = serializers.CharField()
    tier_after = serializers.CharField()
    decided_on = serializers.DateField()
    decision = serializers.CharField()
    rules = serializers.ListField(child=serializers.CharField())


class TransferRow(serializers.Serializer[Any]):
    """A transfer as this station sees it."""

    id = serializers.UUIDField()
    role = serializers.CharField()
    state = serializers.CharField()
    file = serializers.UUIDField()
    file_no = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.CharField()
    giving = serializers.CharField()
    taking = serializers.CharField()
    due_on = serializers.DateField()


class OutcomeRow(serializers.Serializer[Any]):
    """What became of one row of an act on many: done, or the refusal."""

    id = serializers.UUIDField()
    file_no = serializers.CharField()
    done = serializers.BooleanField()
    code = serializers.CharField()
    problems = serializers.ListField(child=serializers.DictField())


class BlockedRow(serializers.Serializer[Any]):
    """One reason why nothing is paid now."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


def recheck_row(one: HouseholdRecheck) -> dict[str, Any]:
    """Give a re-check as the API answers it."""
    return {
        "id": str(one.pk),
        "file": str(one.file_id),
        "file_no": one.file.file_no,
        "kind": one.kind,
        "period": one.period,
        "due_on": one.due_on,
        "state": one.state,
        "is_sampled": one.is_sampled,
        "findings": one.findings,
        "proposal": one.proposal,
        "tier_before": one.tier_before,
        "tier_after": one.tier_after,
        "decided_on": one.decided_on,
        "decision": one.decision,
        "rules": one.rules,
    }


def transfer_row(one: HouseholdTransfer) -> dict[str, Any]:
    """Give a transfer as the API answers it."""
    return {
        "id": str(one.transfer_id),
        "role": one.role,
        "state": one.state,
        "file": str(one.file_id),
        "file_no": one.file_no,
        "name": one.masked_name,
        "reason": one.reason,
        "giving": one.giving_code,
        "taking": one.taking_code,
        "due_on": one.due_on,
    }


def outcome_rows(outcome: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Give the outcome of an act on many as the API answers it."""
    return [
        {
            "id": str(one.key),
            "file_no": one.label,
            "done": one.refusal is None,
            "code": one.refusal.code if one.refusal else "",
            "problems": [
                as_json(problem)
                for problem in public_problems(getattr(one.refusal, "problems", ()))
            ],
        }
        for one in outcome
    ]


class _Life(StationAPIView):
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


def _findings(given: dict[str, Any]) -> Findings:
    return Findings(
        text=given["findings"],
        proposal=given.get("proposal", CONTINUE),
        exit_kind=given.get("exit_kind", ""),
        exit_reason=given.get("exit_reason", ""),
        incomes_fen=[int(one * 100) for one in given.get("incomes", ())],
        is_cause_gone=given.get("is_cause_gone", False),
    )


class RecheckListView(_Life):
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
        responses=RecheckRow(many=True),
    )
    def get(self, request: Request) -> Response:
        """List re-checks, those due first."""
        name = request.query_params.get("list", "due")
        if name not in LISTS or not LISTS[name].is_of_rechecks:
            raise NotFound
        pages = CursorPages()
        pages.ordering = "due_on"
        rows = rechecks_to_do(name, on=clock.today())
        found = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([recheck_row(one) for one in found])


class WorkView(_Life):
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
        responses=FileRow(many=True),
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


class SendManyView(_Life):
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


class FileRechecksView(_Life):
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


class SendRecheckView(_Life):
    """Send a re-check up."""

    @extend_schema(operation_id="files_recheck_send", request=FindingsRequest, responses=RecheckRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Send what was found, with the proposal to stay or to leave."""
        findings = _findings(self.read(FindingsRequest, request.data))
        return Response(recheck_row(rechecking.send_recheck(file_id, findings, **self.edge)))


class DropRecheckView(_Life):
    """Break a re-check off."""

    @extend_schema(operation_id="files_recheck_drop", request=ReasonRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Break it off; it stays due."""
        rechecking.drop_recheck(file_id, **self.read(ReasonRequest, request.data), **self.edge)
        return self.file_answer(file_id)


class WithdrawRecheckView(_Life):
    """Ask for a re-check or an exit back."""

    @extend_schema(operation_id="files_recheck_withdraw", request=ReasonRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Ask for it back; the answer comes by message."""
        rechecking.withdraw_recheck(file_id, **self.read(ReasonRequest, request.data), **self.edge)
        return self.file_answer(file_id)


class RecheckVisitView(_Life):
    """Note a visit made for a re-check."""

    capability = {"POST": "file.visit"}

    @extend_schema(
        operation_id="files_recheck_visit", request=VisitRequest, responses={201: FileRow}
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        """Note what two visitors found."""
        visit = Visit(**self.read(VisitRequest, request.data))
        rechecking.visit_again(file_id, visit, **self.edge)
        return self.file_answer(file_id, status=201)


class ExitView(_Life):
    """Propose that a household leaves."""

    @extend_schema(operation_id="files_exit", request=FindingsRequest, responses=RecheckRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Open a re-check where none is due, and send it up with the exit."""
        given = {**self.read(FindingsRequest, request.data), "proposal": EXIT}
        return Response(
            recheck_row(rechecking.propose_exit(file_id, _findings(given), **self.edge))
        )


class EventView(_Life):
    """Note what happened in a household."""

    @extend_schema(operation_id="files_event", request=EventRequest, responses={201: RecheckRow})
    def post(self, request: Request, file_id: UUID) -> Response:
        """Note it; a re-check is due within the days of the rule."""
        recheck = rechecking.report_event(
            file_id, **self.read(EventRequest, request.data), **self.edge
        )
        return Response(recheck_row(recheck), status=201)


class ExitCheckView(_Life):
    """Verify an exit."""

    @extend_schema(operation_id="files_exit_check", request=ExitCheckRequest, responses=RecheckRow)
    def post(self, request: Request, recheck_id: UUID) -> Response:
        """Note what the verification found."""
        given = self.read(ExitCheckRequest, request.data)
        return Response(recheck_row(rechecking.verify_exit(recheck_id, **given, **self.edge)))


class PayoutBlockView(_Life):
    """Why nothing is paid to a household now."""

    capability = {"GET": "file.view"}

    @extend_schema(operation_id="files_payout_block", responses=BlockedRow(many=True))
    def get(self, _request: Request, file_id: UUID) -> Response:
        """List the reasons; none means that it may be paid."""
        file = get_file(file_id, actor=self.actor)
        blocked = payout_blocked(file, on=clock.today())
        return Response([{"code": one.code, "label": str(one.label)} for one in blocked])


class EntryView(_Life):
    """The entry of a file in the national system."""

    capability = {"POST": "file.edit"}

    @extend_schema(operation_id="files_nat_entry", request=EntryRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Note its number and day."""
        entering.enter_nationally(file_id, **self.read(EntryRequest, request.data), **self.edge)
        return self.file_answer(file_id)


class HelperView(_Life):
    """Who answers for the help to a household."""

    capability = {"POST": "file.edit"}

    @extend_schema(operation_id="files_helper", request=HelperRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Name the helper."""
        entering.name_helper(file_id, **self.read(HelperRequest, request.data), **self.edge)
        return self.file_answer(file_id)


class HeadView(_Life):
    """Another head of a household."""

    capability = {"POST": "file.edit"}

    @extend_schema(operation_id="files_head", request=HeadRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Make a member the head; file and number stay."""
        given = self.read(HeadRequest, request.data)
        heading.change_head(
            file_id, expected_version=given.pop("lock_version"), **given, **self.edge
        )
        return self.file_answer(file_id)


class SplitView(_Life):
    """Members that form a household of their own."""

    capability = {"POST": "file.edit"}

    @extend_schema(operation_id="files_split", request=SplitRequest, responses={201: FileRow})
    def post(self, request: Request, file_id: UUID) -> Response:
        """Take them out and open a draft for them; answers the new draft."""
        given = self.read(SplitRequest, request.data)
        made = heading.split_household(
            file_id, expected_version=given.pop("lock_version"), **given, **self.edge
        )
        return self.file_answer(made.pk, status=201)


class FileAgainView(_Life):
    """A household that fell back into hardship."""

    capability = {"POST": "file.edit"}

    @extend_schema(operation_id="files_again", request=None, responses={201: FileRow})
    def post(self, _request: Request, file_id: UUID) -> Response:
        """Open a draft linked to the former file; answers the new draft."""
        made = heading.file_again(file_id, **self.edge)
        return self.file_answer(made.pk, status=201)


class TemporaryView(_Life):
    """Temporary files."""

    capability = {"POST": "file.edit"}

    @extend_schema(operation_id="files_temporary", request=FileFields, responses={201: FileRow})
    def post(self, request: Request) -> Response:
        """Open one: name, number, cause and story are needed."""
        draft, problems = read_draft(read_object(request.data))
        refuse_unreadable(problems)
        made = temporary.open_temporary(draft, **self.edge)
        return self.file_answer(made.pk, status=201)


class TransfersView(_Life):
    """The transfers of the station."""

    capability = {"GET": "file.view", "POST": "file.transfer"}

    @extend_schema(operation_id="files_transfers", responses=TransferRow(many=True))
    def get(self, request: Request) -> Response:
        """List those under way, newest first; `?all=1` for all."""
        pages = CursorPages()
        pages.ordering = "-offered_at"
        rows = transfers_to_show(waiting=not request.query_params.get("all"))
        found = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([transfer_row(one) for one in found])

    @extend_schema(
        operation_id="files_transfer_all", request=HeirRequest, responses=OutcomeRow(many=True)
    )
    def post(self, request: Request) -> Response:
        """Offer every open file of a unit that closes to its heir."""
        return Response(
            outcome_rows(moving.offer_all(**self.read(HeirRequest, request.data), **self.edge))
        )


class OfferView(_Life):
    """Offer a file to another station."""

    capability = {"POST": "file.transfer"}

    @extend_schema(
        operation_id="files_transfer", request=TransferRequest, responses={201: TransferRow}
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        """Offer it; the other station accepts, the one above both confirms."""
        made = moving.offer_transfer(
            file_id, **self.read(TransferRequest, request.data), **self.edge
        )
        return Response(transfer_row(made), status=201)


class CancelTransferView(_Life):
    """Take an offer back."""

    capability = {"POST": "file.transfer"}

    @extend_schema(operation_id="files_transfer_cancel", request=ReasonRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Take it back before it is confirmed."""
        moving.cancel_transfer(file_id, **self.read(ReasonRequest, request.data), **self.edge)
        return self.file_answer(file_id)


class AcceptTransferView(_Life):
    """Take a file over."""

    capability = {"POST": "file.transfer"}

    @extend_schema(operation_id="transfers_accept", request=TextRequest, responses=TransferRow)
    def post(self, request: Request, transfer_id: UUID) -> Response:
        """Agree to take it over."""
        said = self.read(TextRequest, request.data)
        return Response(transfer_row(moving.accept_transfer(transfer_id, **said, **self.edge)))


class DeclineTransferView(_Life):
    """Decline a file."""

    capability = {"POST": "file.transfer"}

    @extend_schema(operation_id="transfers_decline", request=ReasonRequest, responses=TransferRow)
    def post(self, request: Request, transfer_id: UUID) -> Response:
        """Decline it with a reason."""
        said = self.read(ReasonRequest, request.data)
        return Response(transfer_row(moving.decline_transfer(transfer_id, **said, **self.edge)))


class ConfirmTransferView(_Life):
    """Confirm a transfer above both stations."""

    capability = {"POST": "file.transfer"}

    @extend_schema(operation_id="transfers_confirm", request=TextRequest, responses=TransferRow)
    def post(self, request: Request, transfer_id: UUID) -> Response:
        """Confirm it: the file is handed over."""
        said = self.read(TextRequest, request.data)
        return Response(transfer_row(moving.confirm_transfer(transfer_id, **said, **self.edge)))


class RefuseTransferView(_Life):
    """Refuse a transfer above both stations."""

    capability = {"POST": "file.transfer"}

    @extend_schema(operation_id="transfers_refuse", request=ReasonRequest, responses=TransferRow)
    def post(self, request: Request, transfer_id: UUID) -> Response:
        """Refuse it with a reason: the file stays."""
        said = self.read(ReasonRequest, request.data)
        return Response(transfer_row(moving.refuse_transfer(transfer_id, **said, **self.edge)))
