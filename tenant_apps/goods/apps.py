"""Configuration of the ``goods`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoodsConfig(AppConfig):
    """The store of a station: lots, their movements, counts, and transfers to other stations."""

    name = "tenant_apps.goods"

    def ready(self) -> None:
        """Let casework serve lots, with their to-dos and papers; say who was given goods, and who gave them."""
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.goods.holdings import HOLDING
        from tenant_apps.goods.outsiders import OUTSIDERS
        from tenant_apps.goods.selectors import LOT, files_given_to, lot_door
        from tenant_apps.households.holdings import declare_holding
        from tenant_apps.households.work import tell_helped_by
        from tenant_apps.privacy.outsiders import declare_outsiders

        declare_subject(SubjectKind(kind=LOT, label=_("物资批次"), door=lot_door))
        tell_helped_by(files_given_to)
        declare_holding(HOLDING)
        declare_outsiders(OUTSIDERS)
