"""Endpoints of papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.kernel.errors import NotFound
from bangfu.kernel.media_types import PDF, WORKBOOK
from shared_apps.printing.models import Download, Paper, PaperKind, WordKind
from tenant_apps.documents.errors import PaperNotOfThis
from tenant_apps.documents.selectors import (
    PaperSearch,
    downloads_of,
    get_download,
    own_templates,
    papers_matching,
)
from tenant_apps.documents.serializers import (
    AidMinutesBody,
    BatchBody,
    DownloadRow,
    FindingRow,
    MeansRequestBody,
    PaperRow,
    PrintBody,
    TemplateBody,
    TemplateRow,
    WordBody,
)
from tenant_apps.documents.services.downloads import ARCHIVE, fetch_download, remove_download
from tenant_apps.documents.services.making import ask_for_papers
from tenant_apps.documents.services.printing import (
    PRINTS_VOUCHERS,
    Printed,
    print_aid_approval,
    print_means_request,
    print_notice,
    print_of_file,
    print_of_review,
    print_voucher,
)
from tenant_apps.documents.services.printing_money import (
    print_aid_minutes,
    print_donation_receipt,
    print_payout_roster,
    print_payout_slip,
    print_transfer_letter,
    write_aid_minutes,
)
from tenant_apps.documents.services.verifying import verify_paper
from tenant_apps.documents.services.wording import (
    reset_template,
    set_template,
    template_in_force,
    word_of_authorisation,
    word_of_minutes,
    word_of_notice,
)
from tenant_apps.documents.word import LARGEST, WORD
from tenant_apps.payouts.flow import RECEIVES

_BINARY = OpenApiResponse(OpenApiTypes.BINARY)
_PRINT: dict[str, Callable[..., Printed]] = {"file": print_of_file, "review": print_of_review}


class PapersView(StationAPIView):
    """The register of papers, and printing one."""

    capability = "document.print"

    @extend_schema(
        operation_id="papers_list",
        parameters=[
            OpenApiParameter("kind", str, enum=PaperKind.values),
            OpenApiParameter("words", str, description="A number, or who printed it."),
        ],
        responses=page_of(PaperRow),
    )
    def get(self, request: Request) -> Response:
        """List the papers that were printed, newest first."""
        kind = request.query_params.get("kind", "")
        search = PaperSearch(
            words=request.query_params.get("words", ""),
            kind=kind if kind in PaperKind.values else "",
        )
        pages = CursorPages()
        found = papers_matching(search, actor=self.actor)
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(PaperRow(page, many=True).data)

    @extend_schema(operation_id="papers_print", request=PrintBody, responses={(200, PDF): _BINARY})
    def post(self, request: Request) -> HttpResponse:
        """Print one paper; the answer is the PDF, ``X-Paper-Number`` its number."""
        wish = _valid(PrintBody, request)
        kind, subject = PaperKind(wish.pop("kind")), wish.pop("subject_id")
        of = wish.pop("subject_kind")
        edge = self.edge
        if of == "notice":
            if kind != PaperKind.NOTICE:
                raise PaperNotOfThis
            return _pdf(print_notice(subject, **edge))
        return _pdf(_PRINT[of](subject, kind=kind, **wish, **edge))


class VoucherView(StationAPIView):
    """A voucher of the ledger on paper."""

    capability = {"POST": PRINTS_VOUCHERS}

    @extend_schema(operation_id="papers_voucher", request=None, responses={(200, PDF): _BINARY})
    def post(self, _request: Request, journal_id: UUID) -> HttpResponse:
        """Print a voucher; the answer is the PDF, ``X-Paper-Number`` its number."""
        return _pdf(print_voucher(journal_id, actor=self.actor, now=clock.now()))


class AidApprovalView(StationAPIView):
    """The approval form of an application for aid on paper."""

    capability = {"POST": "document.print"}

    @extend_schema(operation_id="papers_aid", request=None, responses={(200, PDF): _BINARY})
    def post(self, _request: Request, application_id: UUID) -> HttpResponse:
        """Print the form; the answer is the PDF, ``X-Paper-Number`` its number."""
        return _pdf(print_aid_approval(application_id, actor=self.actor, now=clock.now()))


class AidMinutesView(StationAPIView):
    """The minutes of a meeting that decided on applications for aid."""

    capability = {"POST": "document.print"}

    @extend_schema(
        operation_id="papers_aid_minutes",
        parameters=[
            OpenApiParameter("meeting", str, OpenApiParameter.PATH, enum=["chair", "party"])
        ],
        request=AidMinutesBody,
        responses={(200, PDF): _BINARY, (200, WORD): _BINARY, 202: DownloadRow},
    )
    def post(self, request: Request, application_id: UUID, meeting: str) -> HttpResponse | Response:
        """Print what the meeting decided of every application that names the same minutes, or give it as Word.

        202 where they are many and the download centre makes the minutes: as PDF in parts, as Word in one.
        """
        done: bytes | Printed | Download
        if _valid(AidMinutesBody, request)["as_word"]:
            done = write_aid_minutes(application_id, meeting=meeting, **self.edge)
        else:
            done = print_aid_minutes(application_id, meeting=meeting, **self.edge)
        if isinstance(done, bytes):
            return _file(done, WORD)
        return (
            _pdf(done)
            if isinstance(done, Printed)
            else Response(DownloadRow(done).data, status=202)
        )


class TransferLetterView(StationAPIView):
    """The letter to the bank of a transfer."""

    capability = {"POST": PRINTS_VOUCHERS}

    @extend_schema(operation_id="papers_transfer", request=None, responses={(200, PDF): _BINARY})
    def post(self, _request: Request, transfer_id: UUID) -> HttpResponse:
        """Print the letter; the answer is the PDF, ``X-Paper-Number`` its number."""
        return _pdf(print_transfer_letter(transfer_id, actor=self.actor, now=clock.now()))


class DonationReceiptView(StationAPIView):
    """The receipt of a donation."""

    capability = {"POST": PRINTS_VOUCHERS}

    @extend_schema(operation_id="papers_donation", request=None, responses={(200, PDF): _BINARY})
    def post(self, _request: Request, donation_id: UUID) -> HttpResponse:
        """Print the receipt; the answer is the PDF, ``X-Paper-Number`` its number."""
        return _pdf(print_donation_receipt(donation_id, actor=self.actor, now=clock.now()))


class PayoutRosterView(StationAPIView):
    """The real-name summary of a batch of payments."""

    capability = {"POST": PRINTS_VOUCHERS}

    @extend_schema(
        operation_id="papers_payout",
        request=None,
        responses={(200, PDF): _BINARY, 202: DownloadRow},
    )
    def post(self, _request: Request, batch_id: UUID) -> HttpResponse | Response:
        """Print the summary; 202 where it is long and the download centre makes it."""
        printed = print_payout_roster(batch_id, actor=self.actor, now=clock.now())
        if isinstance(printed, Printed):
            return _pdf(printed)
        return Response(DownloadRow(printed).data, status=202)


class PayoutSlipView(StationAPIView):
    """The slip on which one payee signs."""

    capability = {"POST": RECEIVES}

    @extend_schema(operation_id="papers_payout_line", request=None, responses={(200, PDF): _BINARY})
    def post(self, _request: Request, line_id: UUID) -> HttpResponse:
        """Print the slip; the answer is the PDF, ``X-Paper-Number`` its number."""
        return _pdf(print_payout_slip(line_id, actor=self.actor, now=clock.now()))


class MeansRequestView(StationAPIView):
    """The letter that asks for a means check."""

    capability = "document.print"

    @extend_schema(
        operation_id="papers_means_request",
        request=MeansRequestBody,
        responses={(200, PDF): _BINARY},
    )
    def post(self, request: Request) -> HttpResponse:
        """Print one letter naming several households."""
        wish = _valid(MeansRequestBody, request)
        return _pdf(print_means_request(wish.pop("reviews"), **wish, **self.edge))


class VerifyView(StationAPIView):
    """Whether a paper is what it says."""

    capability = "document.print"

    @extend_schema(operation_id="papers_verify", responses=FindingRow)
    def get(self, _request: Request, number: str) -> Response:
        """Say what the register and the audit chain know of a number."""
        finding = verify_paper(number)
        if finding.paper is None:
            raise NotFound
        body = {"is_proved": finding.is_proved, "paper": finding.paper}
        return Response(FindingRow(body).data)


class DownloadsView(StationAPIView):
    """The download centre of whoever asks."""

    capability = {"GET": "document.print", "POST": "document.print"}

    @extend_schema(operation_id="downloads_list", responses=page_of(DownloadRow))
    def get(self, request: Request) -> Response:
        """List the own downloads, newest first."""
        pages = CursorPages()
        page = pages.paginate_queryset(downloads_of(self.actor), request, view=self)
        return pages.get_paginated_response(DownloadRow(page, many=True).data)

    @extend_schema(operation_id="downloads_batch", request=BatchBody, responses={202: DownloadRow})
    def post(self, request: Request) -> Response:
        """Have one paper of each of many files printed in the background."""
        wish = _valid(BatchBody, request)
        download = ask_for_papers(
            wish.pop("files"),
            kind=PaperKind(wish.pop("kind")),
            **wish,
            **self.edge,
        )
        return Response(DownloadRow(download).data, status=202)


class DownloadView(StationAPIView):
    """One download of whoever asks."""

    capability = "document.print"

    @extend_schema(operation_id="downloads_get", responses=DownloadRow)
    def get(self, _request: Request, download_id: UUID) -> Response:
        """Say how far it is."""
        return Response(DownloadRow(get_download(download_id, actor=self.actor)).data)

    @extend_schema(operation_id="downloads_remove", responses={204: None})
    def delete(self, _request: Request, download_id: UUID) -> Response:
        """Remove its file."""
        remove_download(download_id, actor=self.actor, now=clock.now())
        return Response(status=204)


class ContentView(StationAPIView):
    """The file of a download."""

    capability = "document.print"

    @extend_schema(
        operation_id="downloads_content",
        responses={(200, PDF): _BINARY, (200, ARCHIVE): _BINARY, (200, WORKBOOK): _BINARY},
    )
    def get(self, _request: Request, download_id: UUID) -> HttpResponseBase:
        """Fetch it, an archive where it has several parts; the audit chain notes each time."""
        download, pieces = fetch_download(download_id, actor=self.actor, now=clock.now())
        return StreamingHttpResponse(
            pieces,
            content_type=download.content_type,
            headers={"Cache-Control": "no-store", "Content-Length": str(download.size)},
        )


class WordView(StationAPIView):
    """Word documents that staff edit."""

    capability = "document.print"

    @extend_schema(operation_id="papers_word", request=WordBody, responses={(200, WORD): _BINARY})
    def post(self, request: Request) -> HttpResponse:
        """Write a notice, an authorisation or minutes as a Word document."""
        wish = _valid(WordBody, request)
        subject = wish.pop("subject_id")
        edge = self.edge
        kind = wish.pop("kind")
        if kind == WordKind.NOTICE:
            return _file(word_of_notice(subject, **edge), WORD)
        if kind == WordKind.MINUTES:
            return _file(word_of_minutes(subject, **edge), WORD)
        return _file(word_of_authorisation(subject, **wish, **edge), WORD)


class TemplatesView(StationAPIView):
    """The station's own Word templates."""

    capability = "settings.view"

    @extend_schema(operation_id="templates_list", responses=TemplateRow(many=True))
    def get(self, _request: Request) -> Response:
        """List the own templates; for other kinds the shipped one is in force."""
        return Response(TemplateRow(list(own_templates().values()), many=True).data)


class TemplateView(StationAPIView):
    """One kind of Word template."""

    capability = {"GET": "settings.view", "PUT": "settings.manage", "DELETE": "settings.manage"}
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="templates_get", responses={(200, WORD): _BINARY})
    def get(self, _request: Request, kind: str) -> HttpResponse:
        """Fetch the template in force."""
        return _file(template_in_force(_kind(kind)), WORD)

    @extend_schema(
        operation_id="templates_set",
        request={"multipart/form-data": TemplateBody},
        responses=TemplateRow,
    )
    def put(self, request: Request, kind: str) -> Response:
        """Put the station's own template in its place."""
        upload = _valid(TemplateBody, request)["file"]
        template = set_template(
            _kind(kind),
            data=upload.read(LARGEST + 1),
            file_name=upload.name,
            actor=self.actor,
            now=clock.now(),
        )
        return Response(TemplateRow(template).data)

    @extend_schema(operation_id="templates_reset", responses={204: None})
    def delete(self, _request: Request, kind: str) -> Response:
        """Go back to the shipped template."""
        reset_template(_kind(kind), actor=self.actor, now=clock.now())
        return Response(status=204)


def _valid(body: type[Any], request: Request) -> dict[str, Any]:
    wish = body(data=request.data)
    wish.is_valid(raise_exception=True)
    return dict(wish.validated_data)


def _kind(kind: str) -> WordKind:
    if kind not in WordKind.values:
        raise NotFound
    return WordKind(kind)


def _pdf(printed: Printed) -> HttpResponse:
    response = _file(printed.pdf, PDF)
    first: Paper = printed.papers[0]
    response["X-Paper-Number"] = first.number
    return response


def _file(data: bytes, content_type: str) -> HttpResponse:
    return HttpResponse(data, content_type=content_type, headers={"Cache-Control": "no-store"})
