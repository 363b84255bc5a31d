"""Configuration of the ``reviews`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    """What was sent up to a station, and its opinion of it."""

    name = "tenant_apps.reviews"

    def ready(self) -> None:
        """Let casework serve reviews: their timeline, to-dos and deadlines."""
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.reviews.selectors import review_door

        declare_subject(SubjectKind(kind="review", label=_("上报审核"), door=review_door))
