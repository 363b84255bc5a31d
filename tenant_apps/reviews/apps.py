"""Configuration of the ``reviews`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    """What was sent up to a station, and its opinion of it."""

    name = "tenant_apps.reviews"

    def ready(self) -> None:
        """Let casework serve reviews, and let their notices move them on."""
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.notices.models import Purpose
        from tenant_apps.notices.purposes import Handling, handle_purpose
        from tenant_apps.reviews.life import services as life
        from tenant_apps.reviews.selectors import meeting_door, review_door
        from tenant_apps.reviews.services import noticing, steps

        declare_subject(SubjectKind(kind="review", label=_("上报审核"), door=review_door))
        declare_subject(SubjectKind(kind="meeting", label=_("会议纪要"), door=meeting_door))
        handle_purpose(
            Purpose.ADMISSION,
            Handling(
                page="reviews:detail",
                lock=steps.locked,
                objected=noticing.follow_objection,
                ended=noticing.follow_end_of_notice,
            ),
        )
        handle_purpose(
            Purpose.EXIT,
            Handling(
                page="reviews:life-detail",
                lock=life.lock_life,
                objected=life.follow_objection,
                ended=life.follow_end_of_notice,
            ),
        )
