"""Endpoints of what changes around a file on file: entries, another head, a split, a return, temporary files."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenant_apps.households.api import read_object, refuse_unreadable
from tenant_apps.households.api_life import LifeView
from tenant_apps.households.life_schemas import (
    EntryRequest,
    HeadRequest,
    HelperRequest,
    SplitRequest,
)
from tenant_apps.households.parsing import read_draft
from tenant_apps.households.schemas import FileFields, FileRow
from tenant_apps.households.services import entering, heading, temporary


class EntryView(LifeView):
    """The entry of a file in the national system."""

    capability = {"POST": "file.edit"}

    @extend_schema(operation_id="files_nat_entry", request=EntryRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Note its number and day."""
        entering.enter_nationally(file_id, **self.read(EntryRequest, request.data), **self.edge)
        return self.file_answer(file_id)


class HelperView(LifeView):
    """Who answers for the help to a household."""

    capability = {"POST": "file.edit"}

    @extend_schema(operation_id="files_helper", request=HelperRequest, responses=FileRow)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Name the helper."""
        entering.name_helper(file_id, **self.read(HelperRequest, request.data), **self.edge)
        return self.file_answer(file_id)


class HeadView(LifeView):
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


class SplitView(LifeView):
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


class FileAgainView(LifeView):
    """A household that fell back into hardship."""

    capability = {"POST": "file.edit"}

    @extend_schema(operation_id="files_again", request=None, responses={201: FileRow})
    def post(self, _request: Request, file_id: UUID) -> Response:
        """Open a draft linked to the former file; answers the new draft."""
        made = heading.file_again(file_id, **self.edge)
        return self.file_answer(made.pk, status=201)


class TemporaryView(LifeView):
    """Temporary files."""

    capability = {"POST": "file.edit"}

    @extend_schema(operation_id="files_temporary", request=FileFields, responses={201: FileRow})
    def post(self, request: Request) -> Response:
        """Open one: name, number, cause and story are needed."""
        draft, problems = read_draft(read_object(request.data))
        refuse_unreadable(problems)
        made = temporary.open_temporary(draft, **self.edge)
        return self.file_answer(made.pk, status=201)
