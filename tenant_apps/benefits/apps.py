"""Configuration of the ``benefits`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BenefitsConfig(AppConfig):
    """Cards and certificates, purchases, reliefs, and the settlement with partners."""

    name = "tenant_apps.benefits"

    def ready(self) -> None:
        """Let casework serve cards, act with the steps of a file, and expect what partners are owed at the bank."""
        from tenant_apps.benefits.holdings import CARDS, ENTRIES
        from tenant_apps.benefits.selectors import CARD, PARTNER, card_door, partner_door
        from tenant_apps.benefits.services.carding import on_left, on_moved_out
        from tenant_apps.benefits.services.settling import KIND, Settlements
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.funds.expectations import expects, waiting
        from tenant_apps.households.happenings import FileStep, listen
        from tenant_apps.households.holdings import declare_holding

        declare_subject(SubjectKind(kind=CARD, label=_("证卡"), door=card_door))
        declare_subject(SubjectKind(kind=PARTNER, label=_("合作单位"), door=partner_door))
        declare_holding(CARDS)
        declare_holding(ENTRIES)
        listen(FileStep.EXITED, on_left)
        listen(FileStep.MOVED_OUT, on_moved_out)
        if KIND not in waiting():
            expects(KIND, Settlements())
