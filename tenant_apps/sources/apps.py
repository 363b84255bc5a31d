"""Configuration of the ``sources`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    """Transfers between stations, donations and named funds: where the money of a station comes from."""

    name = "tenant_apps.sources"

    def ready(self) -> None:
        """Let casework serve transfers and donations, and wait for their money at the bank."""
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.funds.expectations import expects
        from tenant_apps.privacy.outsiders import declare_outsiders
        from tenant_apps.sources import selectors
        from tenant_apps.sources.outsiders import OUTSIDERS
        from tenant_apps.sources.services import short, waiting, waiting_returns

        declare_subject(
            SubjectKind(kind=selectors.TRANSFER, label=_("资金拨付"), door=selectors.transfer_door)
        )
        declare_subject(
            SubjectKind(kind=selectors.DONATION, label=_("捐赠"), door=selectors.donation_door)
        )
        declare_outsiders(OUTSIDERS)
        expects("transfer", short.ClaimedTransfers())
        expects("transfer_back", waiting.TransfersBack())
        expects("donation", waiting.Donations())
        expects("donation_return", waiting_returns.DonationsBack())
