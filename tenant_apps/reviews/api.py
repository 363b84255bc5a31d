"""Endpoints of reviews: the same acts as on the pages, by the same services."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bangfu.kernel import clock
from bangfu.kernel.api import CursorPages, StationAPIView, page_of
from bangfu.kernel.errors import NotFound
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.selectors import get_file
from tenant_apps.households.transitions import return_to_applicant
from tenant_apps.notices.selectors import notice_about
from tenant_apps.reviews import services
from tenant_apps.reviews.flow import REVIEW_FLOW
from tenant_apps.reviews.home import files_in_first_review, take_on
from tenant_apps.reviews.models import Review, ReviewState
from tenant_apps.reviews.selectors import (
    TABS,
    ReviewSearch,
    deadlines_of,
    get_review,
    reviews_matching,
)
from tenant_apps.reviews.serializers import (
    AcceptRequest,
    AnswerRequest,
    MeansResultGiven,
    OpinionRequest,
    ReasonRequest,
    RenewRequest,
    ReviewRow,
    ReviewWhole,
    VisitFields,
    dossier_answer,
    file_row,
    review_row,
)


class _NewestFirst(CursorPages):
    """Keys of reviews derive from what they are about and say nothing of time."""

    ordering = "-received_at"


class ReviewsView(StationAPIView):
    """The desk of a station."""

    capability = {"GET": "review.view"}

    @extend_schema(
        operation_id="reviews_list",
        parameters=[
            OpenApiParameter("tab", str, enum=TABS, description="all unless given"),
            OpenApiParameter("state", str),
            OpenApiParameter("q", str, description="Beginning of a name, or a file number"),
            OpenApiParameter("cursor", str),
        ],
        responses=page_of(ReviewRow),
    )
    def get(self, request: Request) -> Response:
        """List what was sent up, newest first; on the first page own files in first review lead."""
        query = request.query_params
        tab = query.get("tab", "all")
        search = ReviewSearch(
            tab=tab if tab in TABS else "all",
            state=query.get("state", ""),
            words=query.get("q", ""),
        )
        pages = _NewestFirst()
        found = reviews_matching(search, actor=self.actor)
        page: list[Review] = list(pages.paginate_queryset(found, request, view=self) or [])
        due = deadlines_of(page)
        rows = [review_row(one, actor=self.actor, due_on=due.get(one.pk)) for one in page]
        if not query.get("cursor") and search.tab in {"all", "todo", "going"}:
            own = files_in_first_review(self.actor)
            rows = [file_row(one, actor=self.actor) for one in own if _fits(one, search)] + rows
        return pages.get_paginated_response(rows)


class ReviewView(StationAPIView):
    """One file as it was sent up."""

    capability = {"GET": "review.view"}

    @extend_schema(operation_id="reviews_read", responses=ReviewWhole)
    def get(self, _request: Request, review_id: UUID) -> Response:
        """Read the picture that was sent, masked; that somebody looked is noted."""
        review, dossier = services.look_at(review_id, actor=self.actor, now=clock.now())
        notice = notice_about(review.pk)
        due = deadlines_of([review])
        return Response(
            {
                **review_row(review, actor=self.actor, due_on=due.get(review.pk)),
                "opinions": review.opinions,
                "notice": notice
                and {
                    "state": notice.state,
                    "published_on": notice.published_on.isoformat(),
                    "due_on": notice.due_on.isoformat(),
                },
                "timeline": [
                    {
                        "at": entry.at.isoformat(),
                        "who": entry.who,
                        "what": str(entry.what),
                        "comment": entry.comment,
                        "rules": [one.reference for one in entry.rules],
                    }
                    for entry in timeline_of(("review", review.pk), flow=REVIEW_FLOW)
                ],
                "file": dossier_answer(dossier),
            }
        )


class _Step(StationAPIView):
    """One step of a review."""

    capability = {"POST": "review.decide"}

    def answered(self, review_id: UUID) -> Response:
        """Answer the line of the desk as it stands now."""
        review = get_review(review_id, actor=self.actor)
        due = deadlines_of([review])
        return Response(review_row(review, actor=self.actor, due_on=due.get(review.pk)))


class AcceptView(_Step):
    """Take a file up."""

    @extend_schema(operation_id="reviews_accept", request=AcceptRequest, responses=ReviewRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Take a file up, whatever that is here.

        At a centre: accept it and note the means check (`means_check`, today and 符合 unless given; send
        null to note it later). At a station between: agree and send it on. An own file in first review:
        accept it, note `visit` and report upward.
        """
        given = self.read(AcceptRequest, request.data)
        now, actor = clock.now(), self.actor
        review = _review_or_none(review_id, self)
        if review is None:
            return self._own(review_id, given)
        if not review.is_centre:
            services.forward(review_id, opinion=given["opinion"], actor=actor, now=now)
            return self.answered(review_id)
        if review.state != ReviewState.CENTRE_REVIEW:
            services.accept(review_id, opinion=given["opinion"], actor=actor, now=now)
        check = given.get("means_check", {"result": "符合"})
        if check is not None:
            services.confirm_means(
                review_id,
                fits=check["result"] == "符合",
                checked_on=check.get("on") or clock.local_day(now),
                comment=check.get("comment", ""),
                unit=check.get("unit", ""),
                document_no=check.get("document_no", ""),
                actor=actor,
                now=now,
            )
        return self.answered(review_id)

    def _own(self, file_id: UUID, given: dict[str, Any]) -> Response:
        file = get_file(file_id, actor=self.actor)
        visit = None
        if given.get("visit"):
            fields = VisitFields(data=given["visit"])
            fields.is_valid(raise_exception=True)
            visit = fields.as_visit()
        file = take_on(
            file, visit=visit, opinion=given["opinion"], actor=self.actor, now=clock.now()
        )
        return Response(file_row(file, actor=self.actor))


class ConfirmMeansView(_Step):
    """Note the result of the means check."""

    @extend_schema(
        operation_id="reviews_confirm_means", request=MeansResultGiven, responses=ReviewRow
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        """Note the result; 不符合 refuses the file and needs a comment."""
        given = self.read(MeansResultGiven, request.data)
        services.confirm_means(
            review_id,
            fits=given["result"] == "符合",
            checked_on=given.get("on") or clock.today(),
            comment=given["comment"],
            unit=given["unit"],
            document_no=given["document_no"],
            actor=self.actor,
            now=clock.now(),
        )
        return self.answered(review_id)


class ForwardView(_Step):
    """Agree and send on."""

    @extend_schema(operation_id="reviews_forward", request=OpinionRequest, responses=ReviewRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Send the file on to the parent with the station's opinion and stamp."""
        given = self.read(OpinionRequest, request.data)
        services.forward(review_id, opinion=given["opinion"], actor=self.actor, now=clock.now())
        return self.answered(review_id)


class ReturnView(_Step):
    """Give a file back."""

    @extend_schema(operation_id="reviews_return", request=ReasonRequest, responses=ReviewRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Give the file back to its home station, or an own file to its clerk; a reason is needed."""
        reason = self.read(ReasonRequest, request.data)["reason"]
        now = clock.now()
        if _review_or_none(review_id, self) is None:
            file = return_to_applicant(review_id, reason=reason, actor=self.actor, now=now)
            return Response(file_row(file, actor=self.actor))
        services.return_down(review_id, reason=reason, actor=self.actor, now=now)
        return self.answered(review_id)


class PublishNoticeView(_Step):
    """Publish the public notice."""

    capability = {"POST": "notice.publish"}

    @extend_schema(
        operation_id="reviews_publish_notice", request=ReasonRequest, responses=ReviewRow
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        """Publish the notice for the working days of the rule; `reason` is read by everybody."""
        given = self.read(ReasonRequest, request.data)
        services.publish_notice(
            review_id, reason=given["reason"], actor=self.actor, now=clock.now()
        )
        return self.answered(review_id)


class AnswerObjectionView(_Step):
    """Answer what the public objected."""

    @extend_schema(
        operation_id="reviews_answer_objection", request=AnswerRequest, responses=ReviewRow
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        """Answer an objection that does not hold; the days of the notice go on."""
        given = self.read(AnswerRequest, request.data)
        services.answer_objection(
            review_id, answer=given["answer"], actor=self.actor, now=clock.now()
        )
        return self.answered(review_id)


class RenewNoticeView(_Step):
    """Publish a corrected notice."""

    @extend_schema(operation_id="reviews_renew_notice", request=RenewRequest, responses=ReviewRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Publish the notice anew for the full days, with the answer to what was objected."""
        given = self.read(RenewRequest, request.data)
        services.renew_notice(
            review_id,
            answer=given["answer"],
            reason=given["reason"],
            actor=self.actor,
            now=clock.now(),
        )
        return self.answered(review_id)


class ConcludeCheckView(_Step):
    """Find that a means check fits."""

    @extend_schema(
        operation_id="reviews_conclude_check", request=OpinionRequest, responses=ReviewRow
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        """Conclude; refused while an item is missing or a conflict is not settled."""
        given = self.read(OpinionRequest, request.data)
        services.conclude_check(
            review_id, opinion=given["opinion"], actor=self.actor, now=clock.now()
        )
        return self.answered(review_id)


class RecallCheckView(_Step):
    """Take a means check back."""

    @extend_schema(operation_id="reviews_recall_check", request=ReasonRequest, responses=ReviewRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Take the request back; a reason is needed."""
        reason = self.read(ReasonRequest, request.data)["reason"]
        services.recall_check(review_id, reason=reason, actor=self.actor, now=clock.now())
        return self.answered(review_id)


class UrgeView(_Step):
    """Urge whoever has the next step."""

    @extend_schema(operation_id="reviews_urge", request=ReasonRequest, responses=ReviewRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Remind them, at most once a day; where that is a station above, it hears of it."""
        reason = self.read(ReasonRequest, request.data)["reason"]
        services.urge(review_id, reason=reason, actor=self.actor, now=clock.now())
        return self.answered(review_id)


class PhotosView(_Step):
    """Fetch the pictures of a visit."""

    @extend_schema(operation_id="reviews_photos", request=None, responses=ReviewRow)
    def post(self, _request: Request, review_id: UUID) -> Response:
        """Ask the home station for the pictures of its visits; they arrive as papers of the review."""
        services.ask_for_photos(review_id, actor=self.actor, now=clock.now())
        return self.answered(review_id)


class ApproveView(_Step):
    """Approve a file."""

    capability = {"POST": "review.approve"}

    @extend_schema(operation_id="reviews_approve", request=OpinionRequest, responses=ReviewRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Approve; refused with `notice-still-running` until the days of the notice are over."""
        given = self.read(OpinionRequest, request.data)
        services.approve(review_id, opinion=given["opinion"], actor=self.actor, now=clock.now())
        return self.answered(review_id)


class RefuseView(_Step):
    """Refuse a file."""

    @extend_schema(operation_id="reviews_refuse", request=ReasonRequest, responses=ReviewRow)
    def post(self, request: Request, review_id: UUID) -> Response:
        """Refuse the file; a reason is needed."""
        reason = self.read(ReasonRequest, request.data)["reason"]
        services.refuse(review_id, reason=reason, actor=self.actor, now=clock.now())
        return self.answered(review_id)


def _review_or_none(review_id: UUID, view: StationAPIView) -> Review | None:
    try:
        return get_review(review_id, actor=view.actor)
    except NotFound:
        return None


def _fits(file: HouseholdFile, search: ReviewSearch) -> bool:
    words = search.words.strip()
    named = not words or file.name.startswith(words) or file.file_no == words
    return named and (not search.state or file.state == search.state)
