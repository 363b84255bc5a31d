"""Endpoints of reports: the same acts as on the pages, by the same services."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from tenant_apps.reports import services
from tenant_apps.reports.declarations import get_form
from tenant_apps.reports.models import ReportState
from tenant_apps.reports.selectors import (
    board_of,
    files_behind_cell,
    get_received,
    get_report,
    present_picture,
    reports_of,
    versions_of,
)
from tenant_apps.reports.serializers import (
    DifferenceRow,
    DoneRow,
    EnterRequest,
    ExplainRequest,
    ListedRow,
    PaperRequest,
    ReportDetail,
    ReportRow,
    ReturnRequest,
    UnitDetail,
    UnitRow,
    VersionRow,
    WordsRequest,
    cells_of,
)
from tenant_apps.reports.services.sending import findings_now


class _NewestPeriodFirst(CursorPages):
    ordering = "-last"


class _View(StationAPIView):
    """What the endpoints of reports share."""

    def answered(self, report_id: UUID) -> Response:
        """Answer a report as it stands now."""
        report = get_report(report_id, actor=self.actor)
        return Response(ReportRow(report).data)

    def answered_unit(self, unit_id: UUID) -> Response:
        """Answer what a unit reported, as it stands now."""
        return Response(UnitRow(get_received(unit_id, actor=self.actor)).data)


class ReportsView(_View):
    """The reports of the station."""

    capability = {"GET": "report.view"}

    @extend_schema(
        operation_id="reports_list",
        parameters=[
            OpenApiParameter("form", str),
            OpenApiParameter("state", str, enum=ReportState.values),
            OpenApiParameter("cursor", str),
        ],
        responses=page_of(ReportRow),
    )
    def get(self, request: Request) -> Response:
        """List the own reports, newest period first."""
        query = request.query_params
        state = query.get("state", "")
        found = reports_of(
            self.actor,
            form=query.get("form", ""),
            state=state if state in ReportState.values else "",
        )
        pages = _NewestPeriodFirst()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(ReportRow(page, many=True).data)


class ReportView(_View):
    """One report."""

    capability = {"GET": "report.view"}

    @extend_schema(operation_id="reports_read", responses=ReportDetail)
    def get(self, _request: Request, report_id: UUID) -> Response:
        """Read a report with every cell, its digest, and what does not hold."""
        report = get_report(report_id, actor=self.actor)
        findings = findings_now(report) if report.is_editable else []
        picture = present_picture(report)
        return Response(
            {
                **ReportRow(report).data,
                "cells": cells_of(get_form(report.form), picture, comments=report.comments),
                "findings": [
                    {**asdict(one), "explanation": report.explained.get(one.rule, "")}
                    for one in findings
                ],
                "digest": bytes(report.version.digest).hex() if report.version else "",
            }
        )


class RedrawView(_View):
    """Draw a report anew."""

    capability = {"POST": "report.fill"}

    @extend_schema(operation_id="reports_redraw", request=None, responses=ReportRow)
    def post(self, _request: Request, report_id: UUID) -> Response:
        """Draw the numbers anew from the facts of the station."""
        services.redraw(report_id, actor=self.actor, now=clock.now())
        return self.answered(report_id)


class EnterView(_View):
    """Enter what cannot be drawn."""

    capability = {"POST": "report.fill"}

    @extend_schema(operation_id="reports_enter", request=EnterRequest, responses=ReportRow)
    def post(self, request: Request, report_id: UUID) -> Response:
        """Enter numbers with their source; null takes one back."""
        cells = self.read(EnterRequest, request.data)["cells"]
        services.enter(
            report_id,
            numbers={
                one["cell"]: "" if one["value"] is None else str(one["value"]) for one in cells
            },
            sources={one["cell"]: one["origin"] for one in cells},
            actor=self.actor,
            now=clock.now(),
        )
        return self.answered(report_id)


class ExplainView(_View):
    """Explain what does not hold."""

    capability = {"POST": "report.fill"}

    @extend_schema(operation_id="reports_explain", request=ExplainRequest, responses=ReportRow)
    def post(self, request: Request, report_id: UUID) -> Response:
        """Say why a rule that may be explained does not hold."""
        given = self.read(ExplainRequest, request.data)
        services.explain(
            report_id, rule=given["rule"], text=given["text"], actor=self.actor, now=clock.now()
        )
        return self.answered(report_id)


class SubmitView(_View):
    """Send a report."""

    capability = {"POST": "report.submit"}

    @extend_schema(operation_id="reports_submit", request=WordsRequest, responses=ReportRow)
    def post(self, request: Request, report_id: UUID) -> Response:
        """Seal the report and send it to the parent; at the top, conclude it."""
        text = self.read(WordsRequest, request.data)["text"]
        services.submit(report_id, text=text, actor=self.actor, now=clock.now())
        return self.answered(report_id)


class CorrectionView(_View):
    """Ask to correct a report."""

    capability = {"POST": "report.submit"}

    @extend_schema(operation_id="reports_ask_correction", request=WordsRequest, responses=ReportRow)
    def post(self, request: Request, report_id: UUID) -> Response:
        """Ask the parent to open an accepted report again; a reason is needed."""
        text = self.read(WordsRequest, request.data)["text"]
        services.ask_correction(report_id, reason=text, actor=self.actor, now=clock.now())
        return self.answered(report_id)


class FilesView(_View):
    """The files behind one cell."""

    capability = {"GET": "file.view"}

    @extend_schema(operation_id="reports_cell_files", responses=ListedRow(many=True))
    def get(self, _request: Request, report_id: UUID, cell: str) -> Response:
        """List the files of the own station behind a cell, by their numbers."""
        report = get_report(report_id, actor=self.actor)
        return Response([asdict(one) for one in files_behind_cell(report, cell)])


class VersionsView(_View):
    """The history of a report."""

    capability = {"GET": "report.view"}

    @extend_schema(operation_id="reports_versions", responses=VersionRow(many=True))
    def get(self, _request: Request, report_id: UUID) -> Response:
        """List every version, newest first, and why there is it."""
        report = get_report(report_id, actor=self.actor)
        return Response(VersionRow(versions_of(report.pk), many=True).data)


class CheckView(_View):
    """The proof of a sealed report."""

    capability = {"GET": "report.view"}

    @extend_schema(operation_id="reports_check", responses=DifferenceRow(many=True))
    def get(self, _request: Request, report_id: UUID) -> Response:
        """Compare the sealed report with its seal, the facts and the files; empty where all agree."""
        report = get_report(report_id, actor=self.actor)
        return Response([asdict(one) for one in services.check_sealed(report)])


class BoardView(_View):
    """Who has reported."""

    capability = {"GET": "report.view"}

    @extend_schema(operation_id="reports_board", responses=UnitRow(many=True))
    def get(self, _request: Request, report_id: UUID) -> Response:
        """List the units below with how far their reports are."""
        report = get_report(report_id, actor=self.actor)
        return Response(UnitRow(board_of(report, on=clock.today()).units, many=True).data)


class AcceptAllView(_View):
    """Accept what agrees."""

    capability = {"POST": "report.review"}

    @extend_schema(operation_id="reports_accept_all", request=None, responses=DoneRow)
    def post(self, _request: Request, report_id: UUID) -> Response:
        """Accept every report that waits and agrees; name those that were left."""
        done = services.accept_all(report_id, actor=self.actor, now=clock.now())
        return Response({"done": done.accepted, "left": list(done.left)})


class ChaseAllView(_View):
    """Urge everybody on."""

    capability = {"POST": "report.review"}

    @extend_schema(operation_id="reports_chase_all", request=WordsRequest, responses=DoneRow)
    def post(self, request: Request, report_id: UUID) -> Response:
        """Urge on everybody who has not reported, each at most once a day."""
        text = self.read(WordsRequest, request.data)["text"]
        chased = services.chase_all(report_id, text=text, actor=self.actor, now=clock.now())
        return Response({"done": chased, "left": []})


class PapersView(_View):
    """Paper reports."""

    capability = {"POST": "report.fill"}

    @extend_schema(operation_id="reports_enter_paper", request=PaperRequest, responses=UnitRow)
    def post(self, request: Request, report_id: UUID) -> Response:
        """Enter what a unit reported on paper; it is marked as not de-duplicated."""
        given = self.read(PaperRequest, request.data)
        unit = services.enter_paper(
            report_id,
            name=given["name"],
            numbers={key: str(number) for key, number in given["cells"].items()},
            actor=self.actor,
            now=clock.now(),
        )
        return self.answered_unit(unit.pk)


class UnitView(_View):
    """What one unit reported."""

    capability = {"GET": "report.view", "DELETE": "report.fill"}

    @extend_schema(operation_id="reports_unit_read", responses=UnitDetail)
    def get(self, _request: Request, unit_id: UUID) -> Response:
        """Read what a unit below reported, cell by cell."""
        unit = get_received(unit_id, actor=self.actor)
        cells = cells_of(get_form(unit.form), unit.latest.picture) if unit.latest else []
        return Response({**UnitRow(unit).data, "cells": cells})

    @extend_schema(operation_id="reports_unit_remove", responses={204: None})
    def delete(self, _request: Request, unit_id: UUID) -> Response:
        """Take a paper report out of the sum."""
        services.remove_paper(unit_id, actor=self.actor, now=clock.now())
        return Response(status=204)


class _Decision(_View):
    capability = {"POST": "report.review"}


class AcceptView(_Decision):
    """Accept a report."""

    @extend_schema(operation_id="reports_unit_accept", request=WordsRequest, responses=UnitRow)
    def post(self, request: Request, unit_id: UUID) -> Response:
        """Accept what a unit sent; where it differs from the facts, `text` is needed."""
        text = self.read(WordsRequest, request.data)["text"]
        services.accept(unit_id, reason=text, actor=self.actor, now=clock.now())
        return self.answered_unit(unit_id)


class ReturnView(_Decision):
    """Return a report."""

    @extend_schema(operation_id="reports_unit_return", request=ReturnRequest, responses=UnitRow)
    def post(self, request: Request, unit_id: UUID) -> Response:
        """Return a report with a reason and comments on cells."""
        given = self.read(ReturnRequest, request.data)
        services.return_down(
            unit_id,
            text=given["text"],
            comments=given["comments"],
            actor=self.actor,
            now=clock.now(),
        )
        return self.answered_unit(unit_id)


class AgreeView(_Decision):
    """Let a unit correct its report."""

    @extend_schema(operation_id="reports_unit_agree", request=WordsRequest, responses=UnitRow)
    def post(self, request: Request, unit_id: UUID) -> Response:
        """Agree to a correction."""
        text = self.read(WordsRequest, request.data)["text"]
        services.agree_correction(unit_id, text=text, actor=self.actor, now=clock.now())
        return self.answered_unit(unit_id)


class DeclineView(_Decision):
    """Leave a report as it is."""

    @extend_schema(operation_id="reports_unit_decline", request=WordsRequest, responses=UnitRow)
    def post(self, request: Request, unit_id: UUID) -> Response:
        """Decline a correction; a reason is needed."""
        text = self.read(WordsRequest, request.data)["text"]
        services.decline_correction(unit_id, text=text, actor=self.actor, now=clock.now())
        return self.answered_unit(unit_id)


class ExcuseView(_Decision):
    """Let a unit off."""

    @extend_schema(operation_id="reports_unit_excuse", request=WordsRequest, responses=UnitRow)
    def post(self, request: Request, unit_id: UUID) -> Response:
        """Let a unit off for this period; a reason is needed."""
        text = self.read(WordsRequest, request.data)["text"]
        services.excuse(unit_id, reason=text, actor=self.actor, now=clock.now())
        return self.answered_unit(unit_id)


class DemandView(_Decision):
    """Take back that a unit was let off."""

    @extend_schema(operation_id="reports_unit_demand", request=None, responses=UnitRow)
    def post(self, _request: Request, unit_id: UUID) -> Response:
        """Ask for the report of a unit that was let off."""
        services.demand(unit_id, actor=self.actor, now=clock.now())
        return self.answered_unit(unit_id)


class ChaseView(_Decision):
    """Urge a unit on."""

    @extend_schema(operation_id="reports_unit_chase", request=WordsRequest, responses=UnitRow)
    def post(self, request: Request, unit_id: UUID) -> Response:
        """Urge a unit on; at most once a day."""
        text = self.read(WordsRequest, request.data)["text"]
        services.chase(unit_id, text=text, actor=self.actor, now=clock.now())
        return self.answered_unit(unit_id)
