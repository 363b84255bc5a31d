from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Base pages and components; it has no models and knows no business."""

    name = "bangfu.ui"
    label = "ui"
    verbose_name = _("界面")
