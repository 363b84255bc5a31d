"""Endpoints of household files: the same acts as on the pages, by the same services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.problems import as_json
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.households.drafts import MemberDraft
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import HouseholdFile, Origin
from tenant_apps.households.parsing import (
    Reading,
    is_storable,
    read_changes,
    read_draft,
    read_values,
)
from tenant_apps.households.presenting import public_problems, with_masked_kept
from tenant_apps.households.schemas import (
    EventRow,
    FileFields,
    FileRow,
    MemberFields,
    PaperAnswer,
    PaperKept,
    PaperRequest,
    RevealAnswer,
    RevealRequest,
    answer_of,
    member_answer,
    row_of,
)
from tenant_apps.households.selectors import (
    FileSearch,
    files_matching,
    get_file,
    members_of,
    paper_slots,
)
from tenant_apps.households.services import (
    Saved,
    add_member,
    change_draft,
    delete_draft,
    mark_paper,
    open_draft,
    reveal_field,
    submit_file,
)
from tenant_apps.households.wording import action_label

VERSION = "lock_version"


class _FileView(StationAPIView):
    """Names the fields of a refusal as callers name them."""

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a refusal; amounts are called without the unit of their column."""
        if isinstance(exc, InvalidInput):
            exc = InvalidInput(public_problems(exc.problems), message=exc.message)
        return super().handle_exception(exc)


class FilesView(_FileView):
    """The files of the station."""

    capability = {"GET": "file.view", "POST": "file.edit"}

    @extend_schema(
        operation_id="files_list",
        parameters=[
            OpenApiParameter("q", str, description="Name, initials, file or identity number"),
            OpenApiParameter("state", str, many=True),
            OpenApiParameter("tier", str),
            OpenApiParameter("cause", str),
            OpenApiParameter("file_kind", str),
            OpenApiParameter("residence", str, description="Region code or its beginning"),
            OpenApiParameter("cursor", str),
        ],
        responses=page_of(FileRow),
    )
    def get(self, request: Request) -> Response:
        """List files, newest first, by cursor."""
        pages = CursorPages()
        query = {
            name: text
            for name, text in request.query_params.items()
            if isinstance(text, str) and is_storable(text)
        }
        states = request.query_params.getlist("state")
        search = FileSearch(
            words=query.get("q", ""),
            states=tuple(state for state in states if is_storable(state)),
            tier=_code_in("tier", query.get("tier", "")),
            cause=_code_in("cause", query.get("cause", "")),
            file_kind=_code_in("file_kind", query.get("file_kind", "")),
            residence=query.get("residence", ""),
        )
        files = pages.paginate_queryset(files_matching(search), request, view=self) or []
        return pages.get_paginated_response([row_of(file) for file in files])

    @extend_schema(operation_id="files_open", request=FileFields, responses={201: FileFields})
    def post(self, request: Request) -> Response:
        """Open a draft. Codes may be given by value or wording, amounts in yuan."""
        draft, problems = read_draft(read_object(request.data))
        refuse_unreadable(problems)
        saved = open_draft(draft, actor=self.actor, now=clock.now(), origin=Origin.API)
        return _answer(saved, status=201)


class TimelineView(_FileView):
    """What happened to a file."""

    capability = {"GET": "file.view"}

    @extend_schema(operation_id="files_timeline", responses=EventRow(many=True))
    def get(self, _request: Request, file_id: UUID) -> Response:
        """List the steps of a file, newest first, each decision with the rules it used."""
        file = get_file(file_id, actor=self.actor)
        return Response(
            [
                {
                    "at": entry.at,
                    "who": entry.who,
                    "what": str(entry.what),
                    "comment": entry.comment,
                    "rules": [one.reference for one in entry.rules],
                }
                for entry in timeline_of(("file", file.pk), flow=FILE_FLOW, label=action_label)
            ]
        )


class FileView(_FileView):
    """One file."""

    capability = {"GET": "file.view", "PATCH": "file.edit", "DELETE": "file.edit"}

    @extend_schema(operation_id="files_read", responses=FileFields)
    def get(self, _request: Request, file_id: UUID) -> Response:
        """Read a file: values masked where they are personal, with what it lacks for submission."""
        file = get_file(file_id, actor=self.actor)
        draft = draft_of(file, members_of(file))
        return Response(answer_of(file, draft))

    @extend_schema(operation_id="files_change", request=FileFields, responses=FileFields)
    def patch(self, request: Request, file_id: UUID) -> Response:
        """Change fields of a draft, all `members` together where given.

        Send the `lock_version` you read to be told when somebody else changed it since. A value that was
        answered masked may be sent back as it was: it stays what it is.
        """
        given = dict(read_object(request.data))
        file = get_file(file_id, actor=self.actor)
        version = _version(given.pop(VERSION, file.lock_version))
        reading = read_changes(with_masked_kept(given, draft_of(file, members_of(file))))
        refuse_unreadable(reading.problems)
        saved = change_draft(
            file.pk,
            changes=reading.values,
            expected_version=version,
            actor=self.actor,
            now=clock.now(),
        )
        return _answer(saved)

    @extend_schema(operation_id="files_delete", responses={204: None})
    def delete(self, _request: Request, file_id: UUID) -> Response:
        """Delete a draft that was never submitted."""
        delete_draft(file_id, actor=self.actor, now=clock.now())
        return Response(status=204)


class FileSubmitView(_FileView):
    """Send a file to review."""

    capability = {"POST": "file.submit"}

    @extend_schema(operation_id="files_submit", request=None, responses=FileFields)
    def post(self, _request: Request, file_id: UUID) -> Response:
        """Submit a draft or returned file; everything missing is listed at once."""
        file = submit_file(file_id, actor=self.actor, now=clock.now())
        return Response(answer_of(file, draft_of(file, members_of(file))))


class FileMembersView(_FileView):
    """The other members of a household."""

    capability = {"GET": "file.view", "POST": "file.edit"}

    @extend_schema(operation_id="files_members_list", responses=MemberFields(many=True))
    def get(self, _request: Request, file_id: UUID) -> Response:
        """List the members in their order."""
        file = get_file(file_id, actor=self.actor)
        draft = draft_of(file, members_of(file))
        return Response([member_answer(one) for one in draft.members])

    @extend_schema(
        operation_id="files_members_add", request=MemberFields, responses={201: FileFields}
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        """Add a member."""
        given = dict(read_object(request.data))
        file = get_file(file_id, actor=self.actor)
        version = _version(given.pop(VERSION, file.lock_version))
        reading: Reading = read_values(MemberDraft, given)
        refuse_unreadable(reading.problems)
        saved = add_member(
            file.pk,
            member=MemberDraft(**reading.values),
            expected_version=version,
            actor=self.actor,
            now=clock.now(),
        )
        return _answer(saved, status=201)


class FilePapersView(_FileView):
    """The papers of a file."""

    capability = {"GET": "file.view", "POST": "file.edit"}
    parser_classes = (JSONParser, MultiPartParser, FormParser)

    @extend_schema(operation_id="files_papers_list", responses=PaperAnswer(many=True))
    def get(self, _request: Request, file_id: UUID) -> Response:
        """List what is needed, why, and what there is."""
        file = get_file(file_id, actor=self.actor)
        draft = draft_of(file, members_of(file))
        slots = paper_slots(file, draft, on=clock.today())
        return Response(
            [
                {
                    "kind": slot.need.kind,
                    "label": slot.need.label,
                    "reason": str(slot.need.reason),
                    "required": slot.required,
                    "is_there": slot.is_there,
                }
                for slot in slots
            ]
        )

    @extend_schema(
        operation_id="files_papers_add", request=PaperRequest, responses={201: PaperKept}
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        """Add a scan (multipart `file`), or without one note that the original was seen."""
        get_file(file_id, actor=self.actor)
        given = read_object(request.data)
        paper = mark_paper(
            file_id,
            kind=_code_in("paper", str(given.get("kind", ""))),
            upload=request.FILES.get("file"),
            note=str(given.get("note", "")),
            actor=self.actor,
            now=clock.now(),
        )
        return Response({"id": str(paper.pk), "kind": paper.kind}, status=201)


class FileRevealView(_FileView):
    """Masked values in the open, with a reason."""

    capability = {"POST": "file.reveal"}

    @extend_schema(operation_id="files_reveal", request=RevealRequest, responses=RevealAnswer)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Answer one masked value; who looked, at what and why goes into the audit chain."""
        given = read_object(request.data)
        position = given.get("member")
        field = str(given.get("field", ""))
        value = reveal_field(
            file_id,
            field=field,
            reason=str(given.get("reason", "")),
            member=position if isinstance(position, int) else None,
            actor=self.actor,
            now=clock.now(),
        )
        return Response({"field": field, "value": value})


def _answer(saved: Saved, *, status: int = 200) -> Response:
    file: HouseholdFile = saved.file
    answer = answer_of(file, draft_of(file, members_of(file)))
    answer["warnings"] = [as_json(problem) for problem in public_problems(saved.warnings)]
    return Response(answer, status=status)


def read_object(data: Any) -> dict[str, Any]:
    """Take the body of a request for an object.

    Raises:
        InvalidInput: it is none.
    """
    if isinstance(data, dict):
        return data
    raise InvalidInput([Problem(code="format", message=_("请求正文应为一个 JSON 对象。"))])


def _version(given: Any) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) else 0


def refuse_unreadable(problems: list[Problem]) -> None:
    """Refuse values that cannot be read, all at once."""
    if problems:
        raise InvalidInput(problems)


def _code_in(name: str, wording: str) -> str:
    found = CODE_LISTS[name].find(wording) if wording else None
    return found.value if found else wording
