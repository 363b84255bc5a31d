from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Base pages and components; it has no models and knows no business."""

    name = "bangfu.ui"
    label = "ui"
    verbose_name = _("界面")

    def ready(self) -> None:
        """Read every app's ``menu.py``, so that its counters are known before the first page."""
        autodiscover_modules("menu")
