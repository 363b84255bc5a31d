"""Configuration of the ``aid`` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AidConfig(AppConfig):
    """Applications for aid, campaigns, and the numbers of what was paid."""

    name = "tenant_apps.aid"

    def ready(self) -> None:
        """Let casework serve applications, let their notices move them on; let the ledger keep what they promise.

        The work lists of files learn here who was helped, and a household what is held about it.
        """
        from tenant_apps.aid.holdings import HOLDING
        from tenant_apps.aid.outsiders import OUTSIDERS
        from tenant_apps.aid.selectors import (
            CAMPAIGN,
            SUBJECT,
            application_door,
            campaign_door,
            files_paid,
            request_door,
        )
        from tenant_apps.aid.services.approving import follow_end_of_notice
        from tenant_apps.aid.services.committing import promised_of
        from tenant_apps.aid.services.noticing import follow_objection
        from tenant_apps.aid.services.stepping import locked_application
        from tenant_apps.casework.subjects import SubjectKind, declare_subject
        from tenant_apps.funds.promises import promises
        from tenant_apps.households.holdings import declare_holding
        from tenant_apps.households.work import tell_helped_by
        from tenant_apps.notices.models import Purpose
        from tenant_apps.notices.purposes import Handling, handle_purpose
        from tenant_apps.privacy.outsiders import declare_outsiders

        declare_subject(SubjectKind(kind=SUBJECT, label=_("帮扶申请"), door=application_door))
        declare_subject(
            SubjectKind(kind="aid_request", label=_("超限额帮扶审批"), door=request_door)
        )
        declare_subject(SubjectKind(kind=CAMPAIGN, label=_("集中帮扶活动"), door=campaign_door))
        promises("aid", promised_of)
        tell_helped_by(files_paid)
        declare_holding(HOLDING)
        declare_outsiders(OUTSIDERS)
        handle_purpose(
            Purpose.AID,
            Handling(
                page="aid:application",
                lock=locked_application,
                objected=follow_objection,
                ended=follow_end_of_notice,
            ),
        )
