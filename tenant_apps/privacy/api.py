"""Endpoints of privacy: the same acts as on the pages, by the same services."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.kernel.errors import NotFound
from tenant_apps.households.dossiers import draft_in
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.presenting import plain_values
from tenant_apps.households.selectors import get_file
from tenant_apps.privacy import services
from tenant_apps.privacy.models import CorrectionState, DisposalState, LookState, Side
from tenant_apps.privacy.purposes import PURPOSES, mapped_fields
from tenant_apps.privacy.selectors import (
    access_history,
    consent_history,
    corrections_matching,
    disposals,
    get_disposal,
    get_look_request,
    look_requests,
    open_consents,
)
from tenant_apps.privacy.serializers import (
    AccessRow,
    AnswerRequest,
    ConsentRequest,
    ConsentRow,
    CorrectionRequest,
    CorrectionRow,
    DisposalRow,
    GrantedPicture,
    GrantRequest,
    KeepRequest,
    LookAsked,
    LookRow,
    OpenConsentRow,
    ProposeRequest,
    PurposeRow,
    ReasonRequest,
    SubjectExport,
)


class FieldsView(StationAPIView):
    """The map of what is kept and why."""

    capability = {"GET": "privacy.view"}

    @extend_schema(operation_id="privacy_fields", responses=PurposeRow(many=True))
    def get(self, _request: Request) -> Response:
        """List the purposes with their basis, years and fields."""
        by_purpose: dict[str, list[str]] = {code: [] for code in PURPOSES}
        for one in mapped_fields():
            name = f"members.{one.spec.public_name}" if one.of_member else one.spec.public_name
            by_purpose[one.purpose.code].append(name)
        rows = [
            {
                "code": purpose.code,
                "title": str(purpose.title),
                "why": str(purpose.why),
                "basis": str(purpose.basis),
                "retention": str(purpose.retention),
                "consent": str(purpose.consent),
                "stops": str(purpose.stops),
                "fields": by_purpose[purpose.code],
            }
            for purpose in PURPOSES.values()
        ]
        return Response(rows)


class ConsentsView(StationAPIView):
    """The consents of one household."""

    capability = {"GET": "file.view", "POST": "file.view"}

    @extend_schema(operation_id="privacy_consents", responses=ConsentRow(many=True))
    def get(self, _request: Request, file_id: UUID) -> Response:
        """List every word given or taken back, newest first."""
        file = get_file(file_id, actor=self.actor)
        return Response(ConsentRow(consent_history(file.pk), many=True).data)

    @extend_schema(
        operation_id="privacy_consent", request=ConsentRequest, responses={201: ConsentRow}
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        """Note that a consent was given, or taken back."""
        get_file(file_id, actor=self.actor)
        said = self.read(ConsentRequest, request.data)
        given, reason = said.pop("is_given"), said.pop("reason", "")
        if given:
            row = services.give_consent(file_id, **said, **self.edge)
        else:
            row = services.withdraw_consent(file_id, reason=reason, **said, **self.edge)
        return Response(ConsentRow(row).data, status=201)


class OpenConsentsView(StationAPIView):
    """The consents one household has still to give."""

    capability = {"GET": "file.view"}

    @extend_schema(operation_id="privacy_consents_open", responses=OpenConsentRow(many=True))
    def get(self, _request: Request, file_id: UUID) -> Response:
        """List the texts to be read out at a visit, with their version."""
        file = get_file(file_id, actor=self.actor)
        return Response([asdict(one) for one in open_consents(file)])


class AccessView(StationAPIView):
    """Who looked into one household's file."""

    capability = {"GET": "file.view"}

    @extend_schema(operation_id="privacy_access", responses=AccessRow(many=True))
    def get(self, _request: Request, file_id: UUID) -> Response:
        """List who looked, printed, exported or asked, newest first."""
        file = get_file(file_id, actor=self.actor)
        return Response([asdict(line) for line in access_history(file.pk)])


class SubjectExportView(StationAPIView):
    """Everything the station holds about one household."""

    capability = {"POST": "file.view"}

    @extend_schema(operation_id="privacy_export", request=ReasonRequest, responses=SubjectExport)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Give everything in the open, to be handed to the worker; it is noted, with its digest."""
        get_file(file_id, actor=self.actor)
        said = self.read(ReasonRequest, request.data)
        told = services.export_subject(file_id, **said, **self.edge)
        return Response({"digest": told.digest, "content": told.data})


class CorrectionsView(StationAPIView):
    """Requests to correct."""

    capability = {"GET": "privacy.view"}

    @extend_schema(
        operation_id="privacy_corrections",
        parameters=[OpenApiParameter("state", str, enum=CorrectionState.values)],
        responses=page_of(CorrectionRow),
    )
    def get(self, request: Request) -> Response:
        """List requests, newest first."""
        state = request.query_params.get("state", "")
        rows = corrections_matching(
            actor=self.actor, state=state if state in CorrectionState.values else ""
        )
        pages = CursorPages()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(CorrectionRow(page, many=True).data)


class AskCorrectionView(StationAPIView):
    """A worker's wish, taken down by staff."""

    capability = {"POST": "file.view"}

    @extend_schema(
        operation_id="privacy_ask_correction",
        request=CorrectionRequest,
        responses={201: CorrectionRow},
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        """Take down what a worker wants corrected."""
        get_file(file_id, actor=self.actor)
        row = services.request_correction(
            file_id, **self.read(CorrectionRequest, request.data), **self.edge
        )
        return Response(CorrectionRow(row).data, status=201)


class AnswerCorrectionView(StationAPIView):
    """The answer to a request to correct."""

    capability = {"POST": "privacy.view"}

    @extend_schema(
        operation_id="privacy_answer_correction", request=AnswerRequest, responses=CorrectionRow
    )
    def post(self, request: Request, correction_id: UUID, action: str) -> Response:
        """Accept or refuse."""
        acts = {"accept": services.accept_correction, "refuse": services.refuse_correction}
        if action not in acts:
            raise NotFound
        row = acts[action](correction_id, **self.read(AnswerRequest, request.data), **self.edge)
        return Response(CorrectionRow(row).data)


class LooksView(StationAPIView):
    """Requests to look into files that were not sent up."""

    capability = {"GET": "access.request", "POST": "access.request"}

    @extend_schema(
        operation_id="privacy_looks",
        parameters=[
            OpenApiParameter("side", str, enum=Side.values),
            OpenApiParameter("state", str, enum=LookState.values),
        ],
        responses=page_of(LookRow),
    )
    def get(self, request: Request) -> Response:
        """List requests asked here and received, newest first."""
        query = request.query_params
        rows = look_requests(
            actor=self.actor, side=query.get("side", ""), state=query.get("state", "")
        )
        pages = CursorPages()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(LookRow(page, many=True).data)

    @extend_schema(operation_id="privacy_look_ask", request=LookAsked, responses={201: LookRow})
    def post(self, request: Request) -> Response:
        """Ask a station below for a picture of one of its files."""
        row = services.request_look(**self.read(LookAsked, request.data), **self.edge)
        return Response(LookRow(row).data, status=201)


class LookView(StationAPIView):
    """One request to look."""

    capability = {"GET": "access.request"}

    @extend_schema(operation_id="privacy_look", responses=LookRow)
    def get(self, _request: Request, request_id: UUID) -> Response:
        """Read one request."""
        return Response(LookRow(get_look_request(request_id, actor=self.actor)).data)


class PictureView(StationAPIView):
    """The picture that was granted."""

    capability = {"GET": "access.request"}

    @extend_schema(operation_id="privacy_look_picture", responses=GrantedPicture)
    def get(self, _request: Request, request_id: UUID) -> Response:
        """Read the picture, masked; the home station and the worker are told."""
        row, dossier = services.look_at_picture(request_id, **self.edge)
        draft = draft_in(dossier["snapshot"])
        return Response(
            {
                "request": LookRow(row).data,
                "state": dossier["state"],
                "values": plain_values(draft, FILE_FIELDS),
                "members": [plain_values(one, MEMBER_FIELDS) for one in draft.members],
                "visits": dossier["visits"],
            }
        )


class GrantView(StationAPIView):
    """An agreement."""

    capability = {"POST": "access.answer"}

    @extend_schema(operation_id="privacy_look_grant", request=GrantRequest, responses=LookRow)
    def post(self, request: Request, request_id: UUID) -> Response:
        """Send a sealed picture, readable for some days."""
        row = services.grant_look(request_id, **self.read(GrantRequest, request.data), **self.edge)
        return Response(LookRow(row).data)


class RefuseView(StationAPIView):
    """A refusal."""

    capability = {"POST": "access.answer"}

    @extend_schema(operation_id="privacy_look_refuse", request=AnswerRequest, responses=LookRow)
    def post(self, request: Request, request_id: UUID) -> Response:
        """Decline, with a reason."""
        row = services.refuse_look(
            request_id, **self.read(AnswerRequest, request.data), **self.edge
        )
        return Response(LookRow(row).data)


class WithdrawView(StationAPIView):
    """A request taken back."""

    capability = {"POST": "access.request"}

    @extend_schema(operation_id="privacy_look_withdraw", request=None, responses=LookRow)
    def post(self, _request: Request, request_id: UUID) -> Response:
        """Take the request back; a picture that came is wiped."""
        return Response(LookRow(services.withdraw_request(request_id, **self.edge)).data)


class DisposalsView(StationAPIView):
    """Decisions about files whose years are over."""

    capability = {"GET": "privacy.view", "POST": "privacy.view"}

    @extend_schema(
        operation_id="privacy_disposals",
        parameters=[OpenApiParameter("state", str, enum=DisposalState.values)],
        responses=page_of(DisposalRow),
    )
    def get(self, request: Request) -> Response:
        """List decisions and certificates, newest first."""
        state = request.query_params.get("state", "")
        rows = disposals(actor=self.actor, state=state if state in DisposalState.values else "")
        pages = CursorPages()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(DisposalRow(page, many=True).data)

    @extend_schema(
        operation_id="privacy_dispose", request=ProposeRequest, responses={201: DisposalRow}
    )
    def post(self, request: Request) -> Response:
        """Propose to delete one file."""
        row = services.propose_disposal(**self.read(ProposeRequest, request.data), **self.edge)
        return Response(DisposalRow(row).data, status=201)


class ForgetView(StationAPIView):
    """The end of what somebody without a file said."""

    capability = {"POST": "privacy.manage"}

    @extend_schema(
        operation_id="privacy_forget",
        parameters=[OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=["aid", "donation"])],
        request=ReasonRequest,
        responses={201: DisposalRow},
    )
    def post(self, request: Request, kind: str, row_id: UUID) -> Response:
        """Forget what somebody without a file said, who asks for it; the answer is the certificate."""
        given = self.read(ReasonRequest, request.data)
        row = services.forget_outsider(kind, row_id, **given, **self.edge)
        return Response(DisposalRow(row).data, status=201)


class DisposalView(StationAPIView):
    """One decision about an old file."""

    capability = {"GET": "privacy.view"}

    @extend_schema(operation_id="privacy_disposal", responses=DisposalRow)
    def get(self, _request: Request, disposal_id: UUID) -> Response:
        """Read one decision, or its certificate."""
        return Response(DisposalRow(get_disposal(disposal_id, actor=self.actor)).data)


class ConfirmDeletionView(StationAPIView):
    """A deletion, by a second person."""

    capability = {"POST": "privacy.manage"}

    @extend_schema(operation_id="privacy_delete", request=None, responses=DisposalRow)
    def post(self, _request: Request, disposal_id: UUID) -> Response:
        """Delete what the file said; the answer is the certificate."""
        return Response(DisposalRow(services.confirm_deletion(disposal_id, **self.edge)).data)


class KeepLongerView(StationAPIView):
    """A file kept longer."""

    capability = {"POST": "privacy.manage"}

    @extend_schema(operation_id="privacy_keep", request=KeepRequest, responses=DisposalRow)
    def post(self, request: Request, disposal_id: UUID) -> Response:
        """Keep a file beyond its years, to a day."""
        row = services.keep_longer(disposal_id, **self.read(KeepRequest, request.data), **self.edge)
        return Response(DisposalRow(row).data)


class WithdrawDisposalView(StationAPIView):
    """A proposal taken back."""

    capability = {"POST": "privacy.view"}

    @extend_schema(operation_id="privacy_dispose_withdraw", request=None, responses=DisposalRow)
    def post(self, _request: Request, disposal_id: UUID) -> Response:
        """Take a proposal back."""
        return Response(DisposalRow(services.withdraw_disposal(disposal_id, **self.edge)).data)
